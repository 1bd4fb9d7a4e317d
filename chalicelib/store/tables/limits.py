"""What is counted of phones, networks and accounts: how often is too often."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.store.dynamo import Table
from chalicelib.store.tables import named


class SentItem(Table):
    """When the last fifteen codes went to a phone, or to a phone for one who asks: limits on SMS.

    The key is the phone's digest, or a digest of it and of who asks, from which no address is read.
    """

    class Meta:
        table_name = named("sent")

    phone_index = UnicodeAttribute(hash_key=True)
    before_10 = NumberAttribute(null=True)
    before_9 = NumberAttribute(null=True)
    before_8 = NumberAttribute(null=True)
    before_7 = NumberAttribute(null=True)
    before_6 = NumberAttribute(null=True)
    before_5 = NumberAttribute(null=True)
    before_4 = NumberAttribute(null=True)
    before_3 = NumberAttribute(null=True)
    before_2 = NumberAttribute(null=True)
    before_1 = NumberAttribute(null=True)
    first = NumberAttribute()
    """The first of the last five; ``before_1`` is the one before it."""
    second = NumberAttribute()
    third = NumberAttribute()
    fourth = NumberAttribute()
    last = NumberAttribute()
    last_by = UnicodeAttribute()
    expires_at = NumberAttribute()


class TallyItem(Table):
    """How often one subject has done one thing in one span: the limits on rates.

    The key is a digest for one span, so nobody can be known by it or followed from day to day. One
    without a span has the absences that bar an account from draws.
    """

    class Meta:
        table_name = named("tallies")

    tally_id = UnicodeAttribute(hash_key=True)
    taken = NumberAttribute(null=True)
    absent = UnicodeSetAttribute(null=True)
    given_back_by = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()
