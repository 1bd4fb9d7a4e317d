"""What is told of a field that breaks a rule, in Indonesian and English."""

from chalicelib.api.language import Language

RULES: dict[str, dict[Language, str]] = {
    "missing": {"id": "wajib diisi.", "en": "it is required."},
    "unknown": {"id": "tidak dikenal.", "en": "it is not known."},
    "type": {"id": "jenis atau bentuknya salah.", "en": "it has the wrong type or form."},
    "choice": {
        "id": "nilainya tidak dikenal; pilihannya ada di /v1/openapi.json.",
        "en": "it must be one of the values that are listed in /v1/openapi.json.",
    },
    "past": {"id": "tanggal itu sudah lewat.", "en": "that day is past."},
    "order": {
        "id": "tanggal awal tidak boleh setelah tanggal akhir.",
        "en": "it must not be after the last day.",
    },
    "far": {"id": "tanggal itu terlalu jauh.", "en": "that day is too far ahead."},
    "range": {
        "id": "pilih tanggal dari hari ini sampai paling lama 30 hari, dan tidak setelah hari "
        "terakhir yang Anda pilih.",
        "en": "it must be from today on, within 30 days, and not after the last day asked for.",
    },
    "nik-digits": {"id": "NIK terdiri atas 16 angka.", "en": "a NIK has 16 digits."},
    "nik-province": {
        "id": "dua angka pertama bukan kode provinsi.",
        "en": "the first two digits are not the code of a province.",
    },
    "nik-date": {
        "id": "angka ke-7 sampai ke-12 bukan tanggal lahir.",
        "en": "digits 7 to 12 are not a date of birth.",
    },
    "nik-serial": {"id": "empat angka terakhir salah.", "en": "the last four digits are wrong."},
    "phone": {
        "id": "tulis nomor ponsel Indonesia, misalnya 0812-3456-7890.",
        "en": "write an Indonesian mobile number, such as 0812-3456-7890.",
    },
    "phone-prefix": {
        "id": "awalan ini bukan milik operator seluler Indonesia.",
        "en": "this prefix belongs to no Indonesian mobile operator.",
    },
    "name": {
        "id": "tulis nama seperti pada KTP, 1 sampai 100 huruf.",
        "en": "write the name as on the KTP, 1 to 100 letters.",
    },
    "email": {"id": "alamat surel tidak benar.", "en": "it is not an email address."},
    "birth-date": {
        "id": "tanggal lahir harus antara tahun 1900 dan hari ini.",
        "en": "a date of birth must be between 1900 and today.",
    },
    "consent": {
        "id": "pendaftaran memerlukan persetujuan Anda atas pemrosesan data.",
        "en": "registration needs your consent to the processing of your data.",
    },
    "duplicate": {"id": "ada pemohon yang disebut dua kali.", "en": "an applicant is named twice."},
    "near": {
        "id": "tulis LINTANG,BUJUR dalam derajat.",
        "en": "write LATITUDE,LONGITUDE in degrees.",
    },
    "date": {"id": "tulis tanggal dalam bentuk YYYY-MM-DD.", "en": "write a date as YYYY-MM-DD."},
    "days": {"id": "bilangan bulat dari 1 sampai 62.", "en": "a whole number from 1 to 62."},
    "break": {
        "id": "tulis waktu dalam dua belas jam ke depan.",
        "en": "write a time within the next twelve hours.",
    },
    "ahead": {
        "id": "pilih hari dari hari ini sampai setahun ke depan.",
        "en": "choose a day from today to a year ahead.",
    },
    "week": {
        "id": "pilih hari ini atau salah satu dari enam hari sebelumnya.",
        "en": "choose today or one of the six days before.",
    },
    "not-yet": {"id": "tulis waktu yang sudah lewat.", "en": "write a time that has passed."},
    "span": {
        "id": "pilih paling banyak 31 hari, dari tanggal pertama sampai yang terakhir.",
        "en": "choose at most 31 days, from the first date to the last.",
    },
    "steps": {
        "id": "langkah itu tidak ada di kantor ini.",
        "en": "this office has no such step.",
    },
    "code": {"id": "kode terdiri atas 6 angka.", "en": "a code has 6 digits."},
    "key-too-long": {
        "id": "paling panjang 128 karakter.",
        "en": "it may be 128 characters long at most.",
    },
    "key-characters": {
        "id": "hanya huruf, angka, dan tanda baca ASCII, tanpa spasi.",
        "en": "only ASCII letters, digits and punctuation, without spaces.",
    },
    "push-service": {
        "id": "peramban ini memakai layanan notifikasi yang tidak kami kenal.",
        "en": "this browser uses a push service that we do not know.",
    },
    "nothing": {"id": "sebutkan yang akan diubah.", "en": "say what you want to change."},
}
