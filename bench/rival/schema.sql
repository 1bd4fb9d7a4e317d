-- Room is left in every page of slots, so that an update of the hot row stays in it (a HOT update).
CREATE TABLE slots (
    slot_id text PRIMARY KEY,
    office_id text NOT NULL,
    day date NOT NULL,
    starts text NOT NULL,
    ends text NOT NULL,
    opens_at timestamptz NOT NULL DEFAULT now(),
    remaining int NOT NULL CHECK (remaining >= 0),
    sequence int NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE INDEX slots_of_office ON slots (office_id, day, starts);

CREATE TABLE applicants (
    applicant_id text,
    account_id text,
    PRIMARY KEY (applicant_id, account_id)
);

CREATE TABLE bookings (
    code text PRIMARY KEY,
    slot_id text NOT NULL REFERENCES slots,
    account_id text NOT NULL,
    applicant_id text NOT NULL,
    service text NOT NULL,
    queue_number int NOT NULL,
    status text NOT NULL DEFAULT 'booked',
    key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT applicant_is_known
        FOREIGN KEY (applicant_id, account_id) REFERENCES applicants (applicant_id, account_id),
    CONSTRAINT one_answer_a_key UNIQUE (account_id, key)
);
CREATE UNIQUE INDEX one_booking_a_person ON bookings (applicant_id) WHERE status = 'booked';
