"""What a kept quote has beside renewals: services, extensions, a programme, and one certificate for all."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tenure.accounts.models import Person
from tenure.activation.models import ActivationCode
from tenure.entitlements.certificate_papers import certificate_sheet
from tenure.entitlements.models import Asset, Certificate, Term
from tenure.entitlements.queries.certificates import certificate
from tenure.entitlements.words import TermFamily
from tenure.outbox.models import Mail
from tenure.policy.queries import policy_numbered, policy_on_or_first
from tenure.renewals.actions.quotes import revise_quote
from tenure.renewals.models import Enrolment, Quote, QuoteService, RenewalTask, ResellerChange
from tenure.renewals.queries.kept import QuoteLineRow, QuoteRow, lines_of, quote
from tenure.renewals.quote_papers import quote_sheet
from tenure.renewals.quote_sentences import line_head
from tenure.renewals.rules.standing import partner_amount
from tenure.renewals.words import LineKind, NoteCode, QuoteState, RenewalRefusal
from tenure.toolbox.refused import Refused
from tests import cast, estate
from tests.cast import AT, asking
from tests.renewals.world import LATER, OWN, accepted, ordered, owned, prepared, prices, sent, terms

OTHER = "M3000000003"
pytestmark = pytest.mark.django_db
OLD = ("essential", 10, date(2026, 4, 1), date(2027, 3, 31))
NEW = ("essential", 10, date(2027, 4, 1), date(2028, 3, 31))


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    estate.policy()
    prices()
    owned()


def aging(standard: date = date(2027, 10, 1)) -> None:
    """The release of everything loses standard support on a day; extended support of it is offered without an end."""
    release = estate.product().releases.get()
    release.standard_support_ends_from, release.extended_support_offered = standard, True
    release.save()


def seen(someone: Person, number: str) -> tuple[QuoteRow, tuple[QuoteLineRow, ...]]:
    row = quote(who=cast.who(someone), number=number, at=AT + LATER)
    assert row is not None
    return row, lines_of(row)


def test_services_are_kept_and_everybody_sees_them_in_their_own_price() -> None:
    rhys, olga, rita = cast.reseller(), cast.owner(), cast.renewals()
    number = sent(rhys, services={"training": 2})
    told = {}
    for someone in (rhys, olga, rita):
        row, _ = seen(someone, number)
        told[someone.pk] = [(each.name, each.quantity, str(each.listed), str(each.amount)) for each in row.services]
        assert row.total == sum(line.amount for line in seen(someone, number)[1]) + sum(x.amount for x in row.services)
    listed, own = ("Training day", 2, "2900.0000", "2900.0000"), ("Training day", 2, "2900.0000", "2320.0000")
    assert told == {rhys.pk: [own], olga.pk: [listed], rita.pk: [listed]}
    kept = Quote.objects.get()
    assert (kept.total, kept.partner_total) == (Decimal(14900), partner_amount(Decimal(14900), Decimal(20), "EUR"))


def test_one_unit_is_spoken_of_in_its_number_in_the_quote_and_its_document() -> None:
    owned(OTHER, quantity=1)
    Asset.objects.update(meter="appliances")
    row, lines = seen(cast.owner(), sent(cast.reseller(), OTHER))
    policy = policy_numbered(row.policy).policy
    assert line_head(lines[0], policy) == "Quay Vault 9.4, Essential, 1 appliance"
    bought = quote_sheet(row, lines, language="en", policy=policy).grids[0]
    assert bought.rows[0][0] == f"Quay Vault 9.4, Essential\nSerial number {OTHER}\n1 appliance"


def test_a_service_that_cannot_be_had_keeps_nothing() -> None:
    with pytest.raises(Refused) as no:
        prepared(cast.owner(), services={"training": 61})
    assert (no.value.code, Quote.objects.count()) == (RenewalRefusal.SERVICE_OUT_OF_RANGE, 0)


def test_an_ordered_service_is_one_task_of_the_regional_team_and_no_term() -> None:
    rhys, olga = cast.reseller(), cast.owner()
    number = accepted(rhys, olga, services={"training": 2, "security_review": 1})
    done = ordered(rhys, number)
    again = ordered(cast.renewals(), number)
    [task] = RenewalTask.objects.all()
    assert (task.kind, task.region, task.subject, task.organisation) == (
        "service_ordered",
        "EMEA",
        number,
        cast.aster(),
    )
    assert sorted(task.words.split(", ")) == ["1 × Cyber security review", "2 × Training day"]
    assert (terms(), again.certificate, again.is_new) == ([OLD, NEW], done.certificate, False)


def test_a_quote_without_services_makes_no_task() -> None:
    rhys, olga = cast.reseller(), cast.owner()
    ordered(rhys, accepted(rhys, olga))
    assert (RenewalTask.objects.count(), QuoteService.objects.count()) == (0, 0)


def test_a_revision_keeps_services_and_extension() -> None:
    aging()
    rhys = cast.reseller()
    number = prepared(rhys, services={"training": 2}, extend=True)
    fresh = revise_quote(number=number, **asking(rhys, AT + LATER))
    old, new = (seen(rhys, each) for each in (number, fresh))
    assert (old[0].state, new[0].services, new[1]) == (QuoteState.REVISED, old[0].services, old[1])
    assert [line.kind for line in new[1]] == [LineKind.RENEWAL, LineKind.EXTENSION]


def test_what_was_quoted_of_a_service_is_never_altered() -> None:
    prepared(cast.reseller(), services={"training": 2})
    for change in (lambda: QuoteService.objects.update(quantity=1), lambda: QuoteService.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_extension_becomes_a_term_of_its_own_family_and_nothing_else_changes() -> None:
    aging()
    rhys, olga = cast.reseller(), cast.owner()
    plain = accepted(rhys, olga)
    number = accepted(rhys, olga, extend=True)
    assert (seen(olga, number)[0].lines, len(seen(olga, number)[1])) == (1, 2)
    done = ordered(rhys, number)
    paper = Certificate.objects.get(number=done.certificate)
    made = Term.objects.filter(certificate=paper).order_by("family")
    assert [(TermFamily(x.family).name, x.covers.lower, x.covers.upper, x.quantity) for x in made] == [
        ("MAINTENANCE", date(2027, 4, 1), date(2028, 4, 1), 10), ("EXTENSION", date(2027, 10, 1), date(2028, 4, 1), 10),
    ]  # fmt: skip
    asset = Asset.objects.get(serial_number=OWN)
    assert (asset.chain_starts_on, asset.chain_ends_on) == (date(2026, 4, 1), date(2028, 4, 1))
    assert (ActivationCode.objects.filter(family=4).count(), made[1].agreement, ResellerChange.objects.count()) == (
        0,
        None,
        0,
    )
    assert seen(rhys, plain)[0].state is QuoteState.ACCEPTED
    printed = certificate_sheet(
        certificate(who=cast.who(olga), number=done.certificate),
        language="en",
        policy=policy_on_or_first(AT.date()).policy,
    )
    assert [(row[2], row[3]) for row in printed.grids[0].rows] == [
        ("Essential", "1 Apr 2027"), ("Support extension", "1 Oct 2027"),
    ]  # fmt: skip


def test_an_extension_that_outlives_its_term_moves_no_renewal_and_no_level() -> None:
    aging()
    rhys, olga = cast.reseller(), cast.owner()
    ordered(rhys, accepted(rhys, olga, extend=True))
    asset = Asset.objects.get(serial_number=OWN)
    extension = Term.objects.get(asset=asset, family=4)
    Term.objects.create(
        asset=asset, family=4, level="premium", quantity=10, covers=(date(2028, 4, 1), date(2029, 4, 1)),
        known=(AT, None), certificate=extension.certificate,
    )  # fmt: skip
    _, [line] = seen(rhys, prepared(rhys, at=AT + 2 * LATER))
    assert (line.starts_on, line.level, line.old_level) == (date(2028, 4, 1), "essential", "essential")


def test_a_change_of_level_leaves_the_extension_as_it_is() -> None:
    aging(date(2027, 10, 1))
    rhys, olga = cast.reseller(), cast.owner()
    ordered(rhys, accepted(rhys, olga, extend=True))
    later = AT.replace(year=2027, month=11)
    ordered(rhys, accepted(rhys, olga, at=later, until=date(2028, 3, 31), level="premium"), at=later + LATER)
    known = Term.objects.filter(asset__serial_number=OWN, known__endswith=None, covers__contains=date(2028, 1, 1))
    assert sorted(known.values_list("family", "level")) == [(1, "premium"), (4, "essential")]


def test_a_part_of_an_old_release_is_renewed_and_extended_for_as_many() -> None:
    aging()
    rhys, olga = cast.reseller(), cast.owner()
    done = ordered(rhys, accepted(rhys, olga, extend=True, quantities={OWN: 4}))
    new = Term.objects.filter(certificate__number=done.certificate)
    assert sorted(new.values_list("asset__serial_number", "family", "quantity")) == [(OWN, 1, 4), (OWN, 4, 4)]
    assert sorted(Asset.objects.values_list("quantity", flat=True)) == [4, 6]


def test_licences_of_several_certificates_stand_on_one_and_the_quote_says_so_before() -> None:
    owned(OTHER)
    rhys, olga = cast.reseller(), cast.owner()
    number = accepted(rhys, olga, OWN, OTHER)
    row, lines = seen(olga, number)
    assert [(note.code, note.facts) for note in row.notes] == [
        (NoteCode.ONE_CERTIFICATE, {"licences": 2, "certificates": 2})
    ]
    letter = Mail.objects.get(kind="renewals.quote_sent", recipient=olga.email)
    words = "Once ordered, two licences of two certificates stand on one certificate."
    assert words in letter.text
    sheet = quote_sheet(row, lines, language="en", policy=policy_numbered(row.policy).policy)
    assert [part.paragraphs for part in sheet.parts if part.title == "What to know"] == [(words,)]
    done = ordered(rhys, number)
    paper = Term.objects.filter(certificate__number=done.certificate).order_by("asset__serial_number")
    assert [each.asset.serial_number for each in paper] == [OWN, OTHER]
    following = prepared(rhys, OWN, OTHER, at=AT + 2 * LATER)
    assert seen(rhys, following)[0].notes == ()


def test_the_quote_keeps_the_programme_of_its_order_day() -> None:
    Enrolment.objects.create(
        organisation=cast.aster(), programme="education", starts_on=date(2026, 1, 1), recorded_at=AT
    )
    rhys = cast.reseller()
    row, [line] = seen(rhys, prepared(rhys))
    assert (row.programme, line.steps[1].code.value, str(line.steps[1].amount)) == (
        "education",
        "programme",
        "-3600.00",
    )
    assert (Quote.objects.get().total, row.total) == (Decimal(8400), Decimal(6720))
