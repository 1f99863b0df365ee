"""Claims of serial numbers: the same answer for everybody, both sides heard, nobody locked out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.accounts.models import Person
from tenure.entitlements.actions import claims, register_serial
from tenure.entitlements.models import Asset, Claim, Evidence, Move
from tenure.entitlements.queries.claims import (
    claim_against,
    claim_for_care,
    claims_against,
    claims_for_care,
    evidence_of,
    own_claim,
    own_claims,
)
from tenure.entitlements.queries.moves import preview
from tenure.entitlements.words.claims import ClaimRefusal
from tenure.entitlements.words.moving import MoveRefusal
from tenure.outbox.models import Mail
from tenure.toolbox.refused import Refused
from tenure.toolbox.upload import Upload
from tests import cast, estate
from tests.cast import AT, asking

pytestmark = pytest.mark.django_db

ONE, NOBODYS = "M1000000001", "M9999999999"
NEXT = AT + timedelta(hours=1)
AFTER = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # the days to answer are over


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    estate.policy()
    estate.term(estate.asset(cast.aster(), ONE), date(2026, 4, 1), date(2027, 4, 1))


def claim(
    who: Person, serial: str = ONE, words: str = "We bought it on 12345678.", at: datetime = AT, **more: Any
) -> int:
    return claims.claim_serial(
        organisation_id=cast.bellwether().pk, serial=serial, words=words, **asking(who, at), **more
    )  # fmt: skip


def told() -> None:
    claims.tell_holders(at=NEXT)


def grant(number: int, care: Person, at: datetime = AFTER) -> int:
    found = Claim.objects.select_related("organisation").get(pk=number)
    try:
        seen = preview(who=cast.who(care), wish=claims.wish_of(found, None), at=at).digest
    except Refused:
        seen = ""
    return claims.grant_claim(claim_id=number, site=None, why="The invoice is theirs.", seen=seen, **asking(care, at))


def code(act: Any, *args: Any, **named: Any) -> Any:
    before = (list(Claim.objects.order_by("id").values()), list(Asset.objects.values()), Move.objects.count())
    with pytest.raises(Refused) as no:
        act(*args, **named)
    assert (list(Claim.objects.order_by("id").values()), list(Asset.objects.values()), Move.objects.count()) == before
    return no.value.code


def test_a_claim_changes_nothing_and_keeps_the_identifiers_out_of_its_words():
    odd = cast.other_owner()
    before = list(Asset.objects.values())
    number = claim(odd, f" {ONE.lower()} ", "Sales order 12345678, certificate 12345678-1234567.")
    kept = own_claim(cast.who(odd), number)
    assert (kept.serial, kept.given, kept.answer, kept.may_withdraw) == (
        ONE, ("12345678", "12345678-1234567"), None, True,
    )  # fmt: skip
    assert (kept.answer_due_on, list(Asset.objects.values())) == (date(2026, 11, 29), before)


def test_a_claim_is_answered_in_the_same_steps_whether_the_number_exists_or_not():
    estate.asset(cast.bellwether(), "M2000000002")
    odd = cast.other_owner()
    steps = []
    for serial in (ONE, NOBODYS, "M2000000002"):
        with CaptureQueriesContext(connection) as asked:
            number = claim(odd, serial)
        steps.append([query["sql"].split(" WHERE ")[0][:60] for query in asked if "SAVEPOINT" not in query["sql"]])
        kept = own_claim(cast.who(odd), number)
        assert (kept.serial, kept.answer, kept.why) == (serial, None, "")
    assert steps[0] == steps[1] == steps[2]
    assert Mail.objects.count() == 0


def test_the_same_claim_again_adds_nothing_while_it_waits():
    odd, tiril = cast.other_owner(), cast.other_technical()
    assert claim(odd) == claim(odd, words="Once more") == claim(tiril)
    assert Claim.objects.count() == 1


def test_what_cannot_be_claimed_is_refused():
    odd, sam = cast.other_owner(), cast.stranger()
    assert code(claim, sam) is ClaimRefusal.NOT_FOUND
    assert code(claim, odd, "M12") is ClaimRefusal.SERIAL_INVALID
    assert code(claim, odd, words="  \0 ") is ClaimRefusal.WORDS_MISSING
    assert code(claim, odd, words="x" * 5_001) is ClaimRefusal.WORDS_TOO_LONG
    reseller = cast.reseller()
    named = {"organisation_id": cast.cinder().pk, "serial": ONE, "words": "Ours", **asking(reseller)}
    assert code(claims.claim_serial, **named) is ClaimRefusal.NOT_FOUND
    for number in range(50):
        try:
            claim(odd, f"M30000000{number:02d}")
        except Refused as no:
            assert no.code is ClaimRefusal.TOO_MANY_CLAIMS
            break
    else:
        pytest.fail("somebody may claim without end")


def test_the_holder_is_written_to_once_and_not_told_by_whom():
    olga, odd = cast.owner(), cast.other_owner()
    claim(odd)
    claim(odd, NOBODYS)
    told()
    told()
    letter = Mail.objects.get()
    assert (letter.recipient, "Bellwether" in letter.text, "Odd" in letter.text) == (olga.email, False, False)
    (shown,) = claims_against(cast.who(olga))
    assert (shown.serial, shown.organisation) == (ONE, "Aster Mills")
    assert "Bellwether" not in repr(shown)


def test_where_nobody_can_sign_in_the_owner_of_the_paperwork_is_written_to():
    from tenure.accounts.models import Contact

    Contact.objects.create(organisation=cast.aster(), role="owner", name="Old Owner", email="old@aster.example")
    claim(cast.other_owner())
    told()
    assert Mail.objects.get().recipient == "old@aster.example"


def test_only_the_holders_owners_and_technical_contacts_answer_and_care_sees_both_sides():
    olga, vera, odd, care = cast.owner(), cast.viewer(), cast.other_owner(), cast.care_agent()
    number = claim(odd, uploads=(Upload(name="invoice.pdf", chunks=[b"one"]),))
    answer = {"claim_id": number, "words": "We have certificate 10000000-1000001."}
    assert claim_against(cast.who(olga), number) is None  # not told yet
    told()
    for person in (vera, odd, care):
        assert code(claims.answer_claim, **answer, **asking(person, NEXT)) is ClaimRefusal.NOT_FOUND
    claims.answer_claim(
        **answer, uploads=(Upload(name="paper.pdf", chunks=[b"two"]),), **asking(olga, NEXT)
    )  # fmt: skip
    seen = claim_for_care(cast.who(care), number)
    assert (seen.own.words, seen.holder_words) == ("We bought it on 12345678.", answer["words"])
    assert ([file.name for file in seen.evidence], [file.name for file in seen.holder_evidence]) == (
        ["invoice.pdf"], ["paper.pdf"],
    )  # fmt: skip
    assert (seen.holder, seen.heard_by, seen.holder_given) == ("Aster Mills", "Olga Aster", ("10000000-1000001",))
    file = Evidence.objects.first()
    assert evidence_of(cast.who(care), number, file.pk).row.name == "invoice.pdf"
    for person in (olga, odd, cast.engineer()):
        assert claim_for_care(cast.who(person), number) is None
        assert evidence_of(cast.who(person), number, file.pk) is None
        assert claims_for_care(who=cast.who(person)).rows == ()


def test_a_claim_is_not_granted_before_the_holder_was_heard_or_their_days_are_over():
    olga, care = cast.owner(), cast.care_agent()
    number = claim(cast.other_owner())
    told()
    assert code(grant, number, care, NEXT) is ClaimRefusal.HOLDER_NOT_HEARD
    claims.answer_claim(claim_id=number, words="It was sold.", **asking(olga, NEXT))
    assert grant(number, care, NEXT + timedelta(hours=1)) == Move.objects.get().pk


def test_granting_moves_the_asset_and_writes_to_both_sides():
    olga, odd, care = cast.owner(), cast.other_owner(), cast.care_agent()
    register_serial(serial=ONE, **asking(olga))  # who registered first locks nobody out
    number = claim(odd)
    told()
    Mail.objects.all().delete()
    move = grant(number, care)
    assert Asset.objects.get(serial_number=ONE).organisation == cast.bellwether()
    assert (Claim.objects.get().move_id, own_claim(cast.who(odd), number).answer.value) == (move, "granted")
    assert sorted(Mail.objects.values_list("recipient", "kind")) == [
        (odd.email, "entitlements.claim_granted"), (olga.email, "entitlements.claim_lost"),
    ]  # fmt: skip
    assert code(grant, number, care) is ClaimRefusal.CLAIM_ANSWERED


def test_declining_needs_a_reason_which_is_all_that_the_claimant_learns():
    odd, care = cast.other_owner(), cast.care_agent()
    for serial in (ONE, NOBODYS):
        number = claim(odd, serial)
        asked = {"claim_id": number, **asking(care, NEXT)}
        assert code(claims.decline_claim, why=" ", **asked) is ClaimRefusal.WHY_MISSING
        claims.decline_claim(why="The papers do not show it.", **asked)
    texts = {mail.text.replace(NOBODYS, ONE).replace("/claims/", "/c/")[:500] for mail in Mail.objects.all()}
    assert len({"".join(sign for sign in text if not sign.isdigit()) for text in texts}) == 1
    assert [each.why for each in own_claims(cast.who(odd))] == ["The papers do not show it."] * 2


def test_what_nothing_bears_or_is_theirs_already_cannot_be_granted():
    odd, care = cast.other_owner(), cast.care_agent()
    estate.asset(cast.bellwether(), "M2000000002")
    nothing, theirs = claim(odd, NOBODYS), claim(odd, "M2000000002")
    assert code(grant, nothing, care) is ClaimRefusal.NOTHING_TO_GRANT
    assert code(grant, theirs, care) is ClaimRefusal.THEIRS_ALREADY


def test_a_claim_is_taken_back_by_who_made_it_or_an_owner_and_by_nobody_else():
    odd, tiril, olga, care = cast.other_owner(), cast.other_technical(), cast.owner(), cast.care_agent()
    number = claim(tiril)
    for person in (olga, care, cast.stranger()):
        assert code(claims.withdraw_claim, claim_id=number, **asking(person, NEXT)) is ClaimRefusal.NOT_FOUND
    claims.withdraw_claim(claim_id=number, **asking(odd, NEXT))
    assert own_claim(cast.who(tiril), number).answer.value == "withdrawn"
    assert code(claims.withdraw_claim, claim_id=number, **asking(tiril, NEXT)) is ClaimRefusal.CLAIM_ANSWERED
    again = claim(tiril)
    assert again != number


def test_the_move_of_a_granted_claim_needs_the_preview_that_was_seen():
    care = cast.care_agent()
    number = claim(cast.other_owner())
    asked = {"claim_id": number, "site": None, "why": "Theirs", "seen": "forged", **asking(care, AFTER)}
    assert code(claims.grant_claim, **asked) is MoveRefusal.PREVIEW_STALE


def test_care_finds_claims_by_serial_and_customer_and_reads_a_page_at_a_time():
    odd, care = cast.other_owner(), cast.care_agent()
    claim(odd)
    claim(odd, NOBODYS)
    who = cast.who(care)
    first = claims_for_care(who=who, limit=1)
    second = claims_for_care(who=who, limit=1, after=first.next)
    assert [row.own.serial for row in (*first.rows, *second.rows)] == [ONE, NOBODYS]
    assert [row.own.serial for row in claims_for_care(who=who, text=cast.aster().number).rows] == [ONE]
    assert [row.own.serial for row in claims_for_care(who=who, text=NOBODYS.lower()).rows] == [NOBODYS]
