"""What the numbers of a request say, and which days it may name."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tenure.entitlements.rules.contact_changes import day_fault, last_day, missing_kinds, standing
from tenure.entitlements.words.contact_changes import ContactRefusal, Paper
from tenure.policy.words.identifiers import Identifier


@given(st.dates(), st.dates(), st.integers(1, 400))
def test_every_day_is_past_allowed_or_too_far_and_the_allowed_ones_are_one_span(today: date, day: date, farthest: int):
    last = last_day(today=today, farthest_days=farthest)
    fault = day_fault(day, today=today, farthest_days=farthest)
    assert (fault is None) == (today <= day <= last)
    assert (fault is ContactRefusal.DAY_PAST) == (day < today)
    assert (last - today).days == min(farthest, (date.max - today).days)


KINDS = st.sampled_from(["certificate", "sales_order", "serial_number", "support_identifier", "contact_id"])
IDENTIFIERS = st.lists(st.builds(Identifier, kind=KINDS, value=st.sampled_from("abcd")), max_size=5, unique=True)
PAPERS = st.frozensets(
    st.builds(Paper, organisation_id=st.integers(1, 3), certificate_id=st.integers(10, 13)), max_size=3
)


@given(IDENTIFIERS, st.data())
def test_numbers_are_consistent_only_where_one_certificate_of_one_customer_bears_them_all(given_, data):
    papers = {each: data.draw(PAPERS) for each in given_}
    found = standing(given=given_, papers=papers)
    if found.is_consistent:
        paper = Paper(organisation_id=found.organisation_id, certificate_id=found.certificate_id)
        printed = [each for each in given_ if each.kind != "contact_id"]
        assert printed
        assert all(paper in papers[each] for each in printed)
        assert all(found.organisation_id in {p.organisation_id for p in papers[each]} for each in given_)
        assert found.unknown == ()
    else:
        assert found.certificate_id is None
    assert standing(given=list(reversed(given_)), papers=papers).organisation_id == found.organisation_id


@given(st.lists(KINDS, unique=True), IDENTIFIERS, st.booleans())
def test_what_is_missing_is_needed_and_not_given(needed, given_, has_file):
    missing = missing_kinds(needed=needed, given=given_, has_file=has_file)
    held = {each.kind for each in given_}
    assert set(missing) <= set(needed) - held
    assert ("contact_id" in missing) == ("contact_id" in set(needed) - held)
