"""What a policy says of late renewals, in sentences; letters and pages say it alike."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.policy.words import Policy
from tenure.policy.words.known import BackCharge
from tenure.policy.words.pricing import Reinstatement, Surcharge
from tenure.toolbox.formats import money_words, quantity_words
from tenure.toolbox.marks import mark, sentences

WHOLE = Decimal(100)


def late_rule(policy: Policy, *, currency: str) -> str:
    """What lateness costs by the policy: grace, days without cover, fee, and when it is too late.

    currency: of the reader's price list, for flat fees.  Source: B9; the words are ours.
    """
    rules = policy.reinstatement
    fees = [each for each in rules.surcharges if _fee(each, currency)]
    said = [_begin(rules, costs=rules.back_charge is not BackCharge.NONE or bool(fees)), *_missed(rules)]
    said += [words for place, each in enumerate(fees) for words in _fee_words(each, currency, is_first=not place)]
    return sentences(*said, _end(rules))


def _begin(rules: Reinstatement, *, costs: bool) -> str:
    days = {"n": quantity_words(rules.grace_days)}
    if rules.grace_days:
        return ngettext(
            "Until %(n)s day after the last covered day a renewal is on time.",
            "Until %(n)s days after the last covered day a renewal is on time.", rules.grace_days,
        ) % days  # fmt: skip
    if not costs:
        return _("A renewal after the last covered day costs no more, but nothing is covered in between.")
    return _("A renewal after the last covered day costs more.")


def _missed(rules: Reinstatement) -> Iterator[str]:
    share = {"percent": quantity_words(rules.back_charge_percent.normalize())}
    if rules.back_charge is BackCharge.LAPSED_DAYS:
        yield (
            _("Every day without cover is charged.")
            if rules.back_charge_percent == WHOLE
            else _("Every day without cover is charged at %(percent)s per cent.") % share
        )
    elif rules.back_charge is BackCharge.LAPSED_MONTHS:
        yield (
            _("Every started month without cover is charged.")
            if rules.back_charge_percent == WHOLE
            else _("Every started month without cover is charged at %(percent)s per cent.") % share
        )


def _fee_words(row: Surcharge, currency: str, *, is_first: bool) -> Iterator[str]:
    parts = _fee(row, currency)
    facts = {"fee": parts[0], "n": quantity_words(row.from_days)}
    if len(parts) > 1:
        facts["fee"] = _("the greatest of these: %(parts)s") % {"parts": mark(";").join(parts)}
    if is_first and row.from_days <= 1:
        yield _("On top comes a reinstatement fee, %(fee)s.") % facts
    else:
        yield ngettext(
            "From %(n)s day on the reinstatement fee is %(fee)s.",
            "From %(n)s days on the reinstatement fee is %(fee)s.", row.from_days,
        ) % facts  # fmt: skip


def _fee(row: Surcharge, currency: str) -> list[str]:
    said = []
    if row.percent_of_lapsed_fee:
        share = {"percent": quantity_words(row.percent_of_lapsed_fee.normalize())}
        said.append(_("%(percent)s per cent of what the missed days cost") % share)
    if row.percent_of_renewal:
        share = {"percent": quantity_words(row.percent_of_renewal.normalize())}
        said.append(_("%(percent)s per cent of the renewal") % share)
    if currency in row.flat:
        said.append(_("%(amount)s a licence") % {"amount": money_words(row.flat[currency], currency)})
    return said


def _end(rules: Reinstatement) -> str:
    return ngettext(
        "After %(n)s day without cover the licence has to be bought again.",
        "After %(n)s days without cover the licence has to be bought again.", rules.cap_days,
    ) % {"n": quantity_words(rules.cap_days)}  # fmt: skip
