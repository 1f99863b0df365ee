"""The letter that says which terms end: one a recipient and customer, the most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.entitlements.meters import meter_word
from tenure.outbox.actions import post_letter
from tenure.outbox.rendering import spoken
from tenure.outbox.words import Action, LetterLine, LetterSpan, LetterText, Reader
from tenure.policy.sentences import policy_words
from tenure.policy.words import NoticeSchedule, Policy
from tenure.renewals.late_sentences import late_rule
from tenure.renewals.queries.costs import Cost
from tenure.renewals.queries.telling import NoticeRow
from tenure.renewals.rules.schedule import steps_of
from tenure.renewals.rules.telling import Reached
from tenure.renewals.words import RecipientKind
from tenure.toolbox.formats import count_words, long_day, money_words, quantity_words, short_day
from tenure.toolbox.marks import beside, joined, listed, sentences

MOST_SHOWN = 20
FUTURE_PERCENT = 33  # of the line lies after what is told
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a letter is about: rows of one customer, the most urgent first, on a day, to somebody as a kind of reader.

    by: the schedule and policy of the first row.  cost: None where no price is listed, and never for a reseller, whose
    price is another.  unsubscribe: the address that ends such letters.
    """

    rows: Sequence[NoticeRow]
    kind: RecipientKind
    on: date
    schedule: NoticeSchedule
    policy: Policy
    cost: Cost | None
    unsubscribe: str

    @property
    def first(self) -> NoticeRow:
        return self.rows[0]

    @property
    def days_left(self) -> int:
        """From today to the last covered day of the most urgent; negative once it is over."""
        return (self.first.ends_on - self.on).days

    @property
    def for_reseller(self) -> bool:
        return self.kind is RecipientKind.RESELLER


def terms_end(*, to: Reached, told: Told, at: datetime) -> int:
    """Write to somebody which terms of a customer end, or have ended; the number of the mail.  Source: B1."""
    reader = Reader(address=to.email, language=spoken(to.language), zone=to.zone)
    with translation.override(reader.language):
        letter = LetterText(
            subject=_subject(told),
            heading=_heading(told),
            greeting=_("Dear %(name)s,") % {"name": to.name} if to.name else "",
            paragraphs=_paragraphs(told),
            line=_line(told),
            facts=(*_terms(told), *_costs(told), *_team(told)),
            action=_action(told),
            after=_after(told),
            reason=_reason(told),
        )
    return post_letter(
        kind="renewals.terms_end", reader=reader, letter=letter, at=at, unsubscribe=told.unsubscribe
    )  # fmt: skip


def _facts(told: Told) -> dict[str, object]:
    first = told.first
    return {
        "what": _named(first), "where": first.site, "place": first.organisation, "vendor": settings.VENDOR_NAME,
        "day": long_day(first.ends_on), "since": long_day(first.ends_on + _DAY), "reseller": first.reseller,
        "terms": count_words(len(told.rows)), "team": policy_words(told.policy.regions[first.region].name),
    }  # fmt: skip


def _subject(told: Told) -> str:
    facts = _facts(told)
    if len(told.rows) > 1:
        if told.days_left < 0:
            return _("%(place)s: %(terms)s terms have ended or end soon, the first ended on %(day)s") % facts
        return _("%(place)s: %(terms)s terms end, the first on %(day)s") % facts
    if told.days_left < 0:
        return _("%(what)s at %(where)s: not covered since %(since)s") % facts
    return _("%(what)s at %(where)s: covered until %(day)s") % facts


def _heading(told: Told) -> str:
    facts, days = _facts(told), told.days_left
    if days < 0:
        if len(told.rows) > 1:
            return _("%(terms)s terms have ended or end soon. The first ended on %(day)s.") % _capital(facts)
        return _("%(what)s has not been covered since %(since)s.") % facts
    left = _("That is today.") if days == 0 else _in_days(days)
    if len(told.rows) > 1:
        said = _("%(terms)s terms end. The first ends on %(day)s.") % _capital(facts)
    else:
        said = _("%(what)s is covered until %(day)s.") % facts
    return sentences(said, left)


def _in_days(days: int) -> str:
    return ngettext("That is in %(days)s day.", "That is in %(days)s days.", days) % {"days": quantity_words(days)}


def _capital(facts: dict[str, object]) -> dict[str, object]:
    words = str(facts["terms"])
    return facts | {"terms": words[:1].upper() + words[1:]}


def _paragraphs(told: Told) -> tuple[str, ...]:
    facts = _facts(told)
    if told.for_reseller:
        said = _("%(place)s is your customer, and you are the reseller of record.") % facts
        if told.schedule.quote_by_reseller:
            return (said, _("A quote is wanted: please prepare it and send it to the customer before the term ends."))
        return (said, _("The customer is told as well, and may ask you for a quote."))
    when = (
        _("Renew by then, and the new term starts the day after: no day is lost.")
        if told.days_left >= 0
        else _("It can be renewed late.")
    )
    late = (late_rule(told.policy, currency=told.policy.prices.currencies[told.first.region]),)
    return (when, *late, _who_renews(told, facts), _what_ends(told))


def _who_renews(told: Told, facts: dict[str, object]) -> str:
    if told.first.reseller and told.schedule.quote_by_reseller:
        return _("%(reseller)s is your reseller of record, and has been asked for a quote.") % facts
    if told.first.reseller:
        return _("%(reseller)s is your reseller of record: ask them for a quote, or choose another one.") % facts
    if told.first.size == "small":
        return _("Choose a reseller: they make the quote, and order what you accept.")
    return _("No reseller is of record. Our renewals team for %(team)s sees to a quote.") % facts


def _what_ends(told: Told) -> str:
    over = told.days_left < 0
    if told.first.kind == "online_service":
        return _("The service has ended.") if over else _("If you do nothing, the service ends with that day.")
    if told.first.kind == "hardware":
        return (
            _("Repair, replacement, operating-system releases and technical support have ended. The appliances go on.")
            if over
            else _(
                "If you do nothing, repair, replacement, operating-system releases and technical support end."
                " The appliances go on working."
            )
        )
    return (
        _("Technical support, new versions and updates have ended. What is installed goes on working.")
        if over
        else _("If you do nothing, technical support, new versions and updates end. What is installed goes on working.")
    )


def _line(told: Told) -> LetterLine:
    """The last chain of the most urgent term, today, and what comes after its end."""
    first, on = told.first, told.on
    starts = min(first.chain_starts or on, on - _DAY)
    level = told.policy.levels[first.level].name if first.level in told.policy.levels else ""
    shown = 100 - FUTURE_PERCENT
    over, lapsed = told.days_left < 0, first.ends_on + _DAY
    done, whole = ((lapsed - starts).days, (on - starts).days) if over else ((on - starts).days, (lapsed - starts).days)
    second = min(max(round(shown * (whole - done) / whole), 4), shown - 4) if whole > 0 else 4
    if over:
        spans = (
            LetterSpan(percent=shown - second, tone="past", words=level, above=long_day(starts)),
            LetterSpan(percent=second, tone="bad", above=short_day(lapsed) if second > 20 else ""),
            LetterSpan(percent=FUTURE_PERCENT, tone="bad", words=_("not covered"), begins_today=True),
        )
        days = (on - first.ends_on).days
        said = ngettext("today, %(days)s day after", "today, %(days)s days after", days)
        return LetterLine(spans=spans, today=said % {"days": quantity_words(days)})
    spans = (
        LetterSpan(percent=shown - second, tone="past", words=level, above=long_day(starts)),
        LetterSpan(percent=second, tone="soon", begins_today=True),
        LetterSpan(percent=FUTURE_PERCENT, tone="bad", words=_("if not renewed"), above=long_day(lapsed)),
    )
    said = ngettext("today, %(days)s day left", "today, %(days)s days left", told.days_left)
    return LetterLine(spans=spans, today=said % {"days": quantity_words(told.days_left)})


def _terms(told: Told) -> list[tuple[str, str]]:
    rows = [
        (beside(_named(row), row.serial), beside(long_day(row.ends_on), _quantity(row), row.site))
        for row in told.rows[:MOST_SHOWN]
    ]
    more = len(told.rows) - MOST_SHOWN
    if more > 0:
        rows.append((
            ngettext("%(n)s more", "%(n)s more", more) % {"n": quantity_words(more)},
            _("On the page, with the day of each."),
        ))  # fmt: skip
    return rows


def _quantity(row: NoticeRow) -> str:
    facts = {"quantity": quantity_words(row.quantity), "meter": meter_word(row.meter, row.quantity)}
    return _("%(quantity)s %(meter)s") % facts


def _costs(told: Told) -> list[tuple[str, str]]:
    if told.cost is None:
        return []
    currency = told.cost.currency
    return [
        (
            _renewing(on, told.first.ends_on),
            _("%(amount)s net, list price") % {"amount": money_words(amount, currency)},
        )
        for on, amount in told.cost.days
    ]


def _renewing(on: date, ends_on: date) -> str:
    return (_("Renewing by %(day)s") if on == ends_on else _("Renewing on %(day)s")) % {"day": long_day(on)}


def _team(told: Told) -> list[tuple[str, str]]:
    region = told.policy.regions[told.first.region]
    resellers = sorted({row.reseller for row in told.rows if row.reseller})
    said = [] if told.for_reseller or not resellers else [(_("Reseller of record"), listed(resellers))]
    return [*said, (_("Renewals team"), beside(policy_words(region.name), region.renewals_email))]


def _action(told: Told) -> Action:
    """A reseller comes to the new quote, its licences chosen; a customer to what can be done about these terms."""
    renewals = f"{settings.SITE_URL}/renewals"
    if told.for_reseller:
        return Action(label=_("Prepare the quote"), url=f"{renewals}/quotes/new?notice={told.first.id}")
    page = f"{renewals}/notices/{told.first.id}"
    if told.schedule.quote_by_reseller:
        label = _("See who prepares the quote") if told.first.reseller else _("See what to do")
    else:
        label = _("Ask for the quote") if told.first.reseller else _("Choose a reseller")
    return Action(label=label, url=page)


def _after(told: Told) -> tuple[str, ...]:
    facts = {"url": f"{settings.SITE_URL}/renewals/preferences", "end": told.unsubscribe}
    return (
        _("Ordered already? Then you need do nothing: this note stops as soon as the order arrives."),
        _("Choose which notices you get: %(url)s\nNo more notices about this customer: %(end)s") % facts,
    )


def _reason(told: Told) -> str:
    facts = {"place": told.first.organisation, "vendor": settings.VENDOR_NAME}
    went = {
        RecipientKind.LICENCE_OWNER: _("It went to you as licence owner of %(place)s at %(vendor)s."),
        RecipientKind.RENEWAL_CONTACT: _("It went to you as renewal contact of %(place)s at %(vendor)s."),
        RecipientKind.RESELLER: _("It went to you as reseller of record of %(place)s at %(vendor)s."),
    }[told.kind]
    return sentences(went % facts, _when(steps_of(told.schedule)))


def _when(steps: Sequence[int]) -> str:
    """On which days such notices come; a list of several is spoken of in the number of its greatest."""
    before, after = [-step for step in steps if step <= 0], [step for step in steps if step > 0]
    said = []
    if before:
        words = ngettext("%(days)s day before the end", "%(days)s days before the end", max(before))
        said.append(words % {"days": _listed(before)})
    if after:
        said.append(ngettext("%(n)s day after it", "%(n)s days after it", max(after)) % {"n": _listed(after)})
    return _("Such notices come %(when)s.") % {"when": joined(said)}


def _listed(days: Sequence[int]) -> str:
    return listed(quantity_words(each) for each in days)


def _named(row: NoticeRow) -> str:
    return f"{row.product} {row.release}".strip()
