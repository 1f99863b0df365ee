"""The letters about quotes, each in its reader's language and with the price of its reader's side alone."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from tenure.accounts.models import Membership
from tenure.accounts.words import Role, StaffRole, Who
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterText, Reader
from tenure.policy.queries import policy_on_or_first
from tenure.renewals.models import Quote
from tenure.renewals.queries.kept import QuoteLineRow, QuoteRow, lines_of, quote
from tenure.renewals.queries.sides import DECIDE
from tenure.renewals.quote_sentences import note_words, service_words
from tenure.renewals.words import LineKind, NoteCode, QuoteState
from tenure.toolbox.formats import long_day, money_words, quantity_words
from tenure.toolbox.marks import listed, sentence

MOST_SERIALS = 5
Written = Callable[[QuoteRow, tuple[QuoteLineRow, ...]], LetterText]


def quote_sent(*, quote_id: int, at: datetime) -> None:
    """To the customer's owners and purchasing contacts: what it costs at list price, and until when.  Source: B3."""
    _to_customer(Quote.objects.get(pk=quote_id), "renewals.quote_sent", _sent, at)


def customer_reminded(*, quote_id: int, at: datetime) -> None:
    """The letter about a quote again, to those who decide now.  Source: ours."""
    _to_customer(Quote.objects.get(pk=quote_id), "renewals.customer_reminded", _sent, at)


def quote_answered(*, quote_id: int, at: datetime) -> None:
    """To the reseller, or the region's renewals team: accepted, to be ordered; or declined, and why.  Source: B3."""
    _to_seller(Quote.objects.get(pk=quote_id), "renewals.quote_answered", _answered, at)


def quote_signed(*, quote_id: int, at: datetime) -> None:
    """To the customer, with how to object; to the reseller that orders it.  Source: B3."""
    kept = Quote.objects.get(pk=quote_id)
    _to_customer(kept, "renewals.quote_signed", _signed, at)
    if kept.reseller_id is not None:
        _to_seller(kept, "renewals.quote_answered", _answered, at)


def signature_disputed(*, quote_id: int, at: datetime) -> None:
    """To the reseller, or the region's renewals team: the customer objects, or does no more.  Source: B3."""
    _to_seller(Quote.objects.get(pk=quote_id), "renewals.signature_disputed", _disputed, at)


def quote_withdrawn(*, quote_id: int, at: datetime) -> None:
    """To the customer: it holds no more, and why.  Source: B3."""
    _to_customer(Quote.objects.get(pk=quote_id), "renewals.quote_withdrawn", _withdrawn, at)


def quote_ordered(*, quote_id: int, certificate: str, at: datetime) -> None:
    """To the customer's people and the reseller: it is ordered, and the number of the certificate.  Source: B3."""
    kept = Quote.objects.get(pk=quote_id)

    def ordered(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> LetterText:
        return _ordered(row, lines, certificate)

    _to_customer(kept, "renewals.quote_ordered", ordered, at)
    if kept.reseller_id is not None:
        _to_seller(kept, "renewals.quote_ordered", ordered, at)


def _to_customer(kept: Quote, kind: str, write: Written, at: datetime) -> None:
    who = Who(roles=frozenset({(kept.organisation_id, Role.OWNER)}))
    held = Membership.objects.filter(organisation_id=kept.organisation_id, role__in=DECIDE)
    _write(who, kept, kind, write, _readers(held), at)


def _to_seller(kept: Quote, kind: str, write: Written, at: datetime) -> None:
    if kept.reseller_id is not None:
        who = Who(roles=frozenset({(kept.reseller_id, Role.RESELLER)}))
        readers = _readers(Membership.objects.filter(organisation_id=kept.reseller_id))
    else:
        who = Who(staff=frozenset({StaffRole.RENEWALS}))
        region = policy_on_or_first(at.date()).policy.region_of(country=kept.organisation.country)
        readers = iter([Reader(address=region.renewals_email, language="en", zone=region.zone)])
    _write(who, kept, kind, write, readers, at)


def _readers(held: QuerySet[Membership]) -> Iterator[Reader]:
    """Everybody who holds such a role now, once each."""
    found = held.filter(ended_at=None, person__is_active=True).select_related("person").order_by("person_id")
    people = {each.person_id: each.person for each in found}
    for person in people.values():
        yield Reader(address=person.email, language=spoken(person.language), zone=person.zone)


def _write(who: Who, kept: Quote, kind: str, write: Written, readers: Iterator[Reader], at: datetime) -> None:
    """The row is read as its readers would see it, so that nobody is written another's price."""
    row = quote(who=who, number=kept.number, at=at)
    if row is None:
        return
    lines = lines_of(row)
    for reader in readers:
        with translation.override(reader.language):
            letter = write(row, lines)
        post_letter(kind=kind, reader=reader, letter=letter, at=at)


def _sent(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> LetterText:
    facts = _facts_of(row)
    return LetterText(
        subject=_("Quote %(number)s for renewing your licences") % facts,
        heading=_("%(total)s renews %(place)s until %(ends)s.") % (facts | {"ends": _ends(lines)}),
        paragraphs=(
            _("%(from)s has prepared a quote for you. You can accept or decline it until %(until)s.") % facts,
            _("It shows each step of the price, and what waiting would cost."),
            *(note_words(note) for note in row.notes if note.code is NoteCode.ONE_CERTIFICATE),
        ),
        facts=_about(row, lines), action=_action(row, _("Read the quote")), reason=_reason(row),
    )  # fmt: skip


def _answered(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> LetterText:
    facts = _facts_of(row)
    if row.state is QuoteState.DECLINED:
        said = (
            _("%(place)s has declined quote %(number)s.") % facts,
            _("The reason: %(why)s") % facts,
        )
        subject = _("%(place)s has declined quote %(number)s") % facts
    else:
        said = (
            _("%(place)s has accepted quote %(number)s.") % facts,
            _("Order it by %(until)s: then the certificate goes out and the new terms begin.") % facts,
        )
        subject = _("%(place)s has accepted quote %(number)s") % facts
    return LetterText(
        subject=subject, paragraphs=said, facts=_about(row, lines), action=_action(row, _("Open the quote")),
        reason=_reason(row),
    )  # fmt: skip


def _signed(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> LetterText:
    facts = _facts_of(row) | {"name": row.signed_by, "day": long_day(row.signed_on) if row.signed_on else ""}
    return LetterText(
        subject=_("Quote %(number)s was accepted on paper") % facts,
        heading=_("%(name)s signed quote %(number)s for %(place)s on %(day)s.") % facts,
        paragraphs=(
            _("%(vendor)s has recorded that, and keeps the signed paper. Now it is ordered for you.") % facts,
            _("Was it not so? Object on the page of the quote, and nothing is ordered until that is settled."),
        ),
        facts=_about(row, lines), action=_action(row, _("Read the quote")), reason=_reason(row),
    )  # fmt: skip


def _disputed(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> LetterText:
    facts = _facts_of(row)
    if row.is_disputed:
        subject = _("%(place)s objects to the signature on quote %(number)s") % facts
        said = _("It cannot be ordered until they take that back. Speak to them, or prepare a fresh quote.")
    else:
        subject = _("%(place)s no longer objects to quote %(number)s") % facts
        said = _("It can be ordered until %(until)s.") % facts
    return LetterText(
        subject=subject, paragraphs=(sentence(subject), said), facts=_about(row, lines),
        action=_action(row, _("Open the quote")), reason=_reason(row),
    )  # fmt: skip


def _withdrawn(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> LetterText:
    facts = _facts_of(row)
    return LetterText(
        subject=_("Quote %(number)s is withdrawn") % facts,
        paragraphs=(
            _("%(from)s has withdrawn quote %(number)s; it cannot be accepted any more.") % facts,
            _("The reason: %(why)s") % facts,
        ),
        facts=_about(row, lines), action=_action(row, _("Open the quote")), reason=_reason(row),
    )  # fmt: skip


def _ordered(row: QuoteRow, lines: tuple[QuoteLineRow, ...], certificate: str) -> LetterText:
    facts = _facts_of(row) | {"certificate": certificate, "ends": _ends(lines)}
    return LetterText(
        subject=_("Quote %(number)s is ordered") % facts,
        heading=_("The licences of %(place)s are renewed until %(ends)s.") % facts,
        paragraphs=(
            _("The new certificate is %(certificate)s. It goes to the licence owner by mail.") % facts,
            _("Contact IDs stay as they are; new activation codes are beside the licences."),
            *([_("Our renewals team writes to you about the days of the services.")] if row.services else ()),
        ),
        facts=(*_about(row, lines), (_("Certificate"), certificate)), action=_action(row, _("Open the quote")),
        reason=_reason(row),
    )  # fmt: skip


def _facts_of(row: QuoteRow) -> dict[str, str]:
    return {
        "number": row.number, "place": row.organisation, "vendor": settings.VENDOR_NAME, "why": row.why,
        "total": money_words(row.gross, row.currency), "until": long_day(row.valid_to),
        "from": row.reseller or settings.VENDOR_NAME,
    }  # fmt: skip


def _about(row: QuoteRow, lines: tuple[QuoteLineRow, ...]) -> tuple[tuple[str, str], ...]:
    serials = list(dict.fromkeys(line.serial for line in lines))
    shown = listed(serials[:MOST_SERIALS])
    if len(serials) > MOST_SERIALS:
        shown = _("%(shown)s and %(more)s more") % {"shown": shown, "more": len(serials) - MOST_SERIALS}
    extended = sum(line.kind is LineKind.EXTENSION for line in lines)
    said = _facts_beside(row, extended)
    return (
        (_("Quote"), row.number), (_("Customer"), row.organisation), (_("Serial numbers"), shown), *said,
        (_("Net"), money_words(row.total, row.currency)), (_("Total"), money_words(row.gross, row.currency)),
    )  # fmt: skip


def _facts_beside(row: QuoteRow, extended: int) -> Iterator[tuple[str, str]]:
    """What a quote has beside renewals."""
    if extended:
        yield _("Old releases that stay supported"), quantity_words(extended)
    if row.services:
        yield _("Services"), listed(service_words(each) for each in row.services)


def _ends(lines: tuple[QuoteLineRow, ...]) -> str:
    return long_day(max(line.ends_on for line in lines))


def _action(row: QuoteRow, label: str) -> Action:
    return Action(label=label, url=f"{settings.SITE_URL}/renewals/quotes/{row.number}")


def _reason(row: QuoteRow) -> str:
    return _("You get this e-mail because licences of %(place)s are to be renewed at %(vendor)s.") % _facts_of(row)
