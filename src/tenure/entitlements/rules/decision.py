"""The one decision: whether an asset has a benefit on a day, until when, and why.  Pure; raises nothing."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tenure.entitlements.words import (
    BY_COURTESY,
    AssetFacts,
    Benefit,
    Cover,
    CoverState,
    Decision,
    Fact,
    Reason,
    Rights,
    TermFamily,
    TermRow,
    Why,
)

_DAY = timedelta(days=1)


def rests_on_courtesy(decision: Decision) -> bool:
    """Whether a benefit was granted by nothing but a courtesy.  Source: A12."""
    return decision.granted and decision.because[0].facts.get("by") == BY_COURTESY


def decide(*, asset: AssetFacts, terms: Sequence[TermRow], benefit: Benefit, rights: Rights, on: date) -> Decision:
    """Say whether the asset has `benefit` on the day `on`, until when, and why.

    terms: of this asset, any order, spans half-open.  on: a day in the asset's own zone, not UTC.
    Where terms that were paid for and a courtesy both cover, the former decide; a fact says where courtesy alone does.
    The extension of an old release decides nothing.  Never raises; a refusal is an answer.  Source: A5, A11, A12.
    """
    terms = [term for term in terms if term.family is not TermFamily.EXTENSION]
    if benefit in rights.needs_content and not asset.has_content:
        return _refused(asset.serial, benefit, on, rights, Why.PRODUCT_HAS_NO_CONTENT)
    live = [term for term in terms if term.starts <= on < term.ends]
    if not live:
        return _uncovered(asset.serial, terms, benefit, rights, on)
    granting = [term for term in terms if grants(term=term, benefit=benefit, rights=rights)]
    covering = [term for term in granting if term.starts <= on < term.ends]
    deciding, courtesy = _before_courtesy(covering or live)
    level = _highest(deciding, rights)
    if not covering:
        covered_until = _iso(chain_end(terms=terms, on=on) - _DAY)
        facts: dict[str, Fact] = {"level": level, "covered_until": covered_until, **courtesy}
        return _refused(asset.serial, benefit, on, rights, Why.LEVEL_LACKS_BENEFIT, level=level, facts=facts)
    until = chain_end(terms=granting, on=on) - _DAY
    if benefit in rights.needs_registration and not is_registered(asset=asset, on=on):
        facts = {"level": level, "covered_until": _iso(until)}
        return _refused(asset.serial, benefit, on, rights, Why.NOT_REGISTERED, level=level, facts=facts)
    facts = {"level": level, "until": _iso(until), "policy": rights.policy, **courtesy}
    reason = Reason(code=Why.COVERED, facts=facts)
    return Decision(
        granted=True, benefit=benefit, serial=asset.serial, on=on, level=level, until=until, because=(reason,)
    )


def unknown(*, serial: str, benefit: Benefit, on: date) -> Decision:
    """The answer for a serial number that the reader cannot see or that does not exist: the same.  Source: A5."""
    reason = Reason(code=Why.UNKNOWN_SERIAL, facts={"serial": serial})
    return Decision(granted=False, benefit=benefit, serial=serial, on=on, level=None, until=None, because=(reason,))


def grants(*, term: TermRow, benefit: Benefit, rights: Rights) -> bool:
    """Whether the term's level gives the benefit; a courtesy term gives only what courtesy may.  Source: A12, D1."""
    level = rights.levels.get(term.level)
    if level is None or benefit not in level.benefits:
        return False
    return term.family is not TermFamily.COURTESY or benefit in rights.courtesy


def chain_end(*, terms: Iterable[TermRow], on: date) -> date:
    """The first day not covered by the unbroken chain of `terms`, across levels and families, that covers `on`.

    `on` itself where none covers it.  Source: A5.
    """
    end = on
    for term in sorted(terms, key=lambda term: term.starts):
        if term.starts > end:
            break
        end = max(end, term.ends)
    return end


def is_registered(*, asset: AssetFacts, on: date) -> bool:
    """Whether the serial stood registered on the day.  Source: A6."""
    return any(span.holds(on) for span in asset.registered)


def cover(*, starts: date | None, ends: date | None, on: date, soon_days: int) -> Cover:
    """The state on a day of an asset whose last unbroken chain of terms is [starts, ends); both None: never covered.

    soon_days: so many days before its last covered day, and fewer, an asset counts as ending.  A day before the last
    chain is not started, whatever lay earlier.  Source: A3, A8.
    """
    if starts is None or ends is None:
        return Cover(state=CoverState.NEVER, days=0)
    if on < starts:
        return Cover(state=CoverState.NOT_STARTED, days=(starts - on).days)
    left = (ends - _DAY - on).days
    if left < 0:
        return Cover(state=CoverState.LAPSED, days=-left)
    return Cover(state=CoverState.ENDING if left <= soon_days else CoverState.COVERED, days=left)


def _uncovered(serial: str, terms: Sequence[TermRow], benefit: Benefit, rights: Rights, on: date) -> Decision:
    """Why no term at all covers the day: none ever, ended, still to come, or a gap."""
    ended = max((t for t in terms if t.ends <= on), key=lambda t: (t.ends, t.level), default=None)
    later = min((t for t in terms if t.starts > on), key=lambda t: (t.starts, t.level), default=None)
    facts: dict[str, Fact] = {}
    if ended:
        facts |= {
            "ended_on": _iso(ended.last_day),
            "ended_level": ended.level,
            "days_since": (on - ended.last_day).days,
        }
    if later:
        facts |= {"starts_on": _iso(later.starts), "starts_level": later.level, "days_to": (later.starts - on).days}
    why = {
        (True, True): Why.BETWEEN_TERMS,
        (True, False): Why.TERM_ENDED,
        (False, True): Why.TERM_NOT_STARTED,
        (False, False): Why.NO_TERM,
    }[ended is not None, later is not None]
    return _refused(serial, benefit, on, rights, why, facts=facts)


def _refused(
    serial: str,
    benefit: Benefit,
    on: date,
    rights: Rights,
    why: Why,
    *,
    level: str | None = None,
    facts: dict[str, Fact] | None = None,
) -> Decision:
    reason = Reason(code=why, facts={**(facts or {}), "policy": rights.policy})
    return Decision(granted=False, benefit=benefit, serial=serial, on=on, level=level, until=None, because=(reason,))


def _before_courtesy(terms: Sequence[TermRow]) -> tuple[Sequence[TermRow], dict[str, Fact]]:
    """Those that are no courtesy, or else all of them with the fact that courtesy alone decides."""
    paid = [term for term in terms if term.family is not TermFamily.COURTESY]
    return (paid, {}) if paid else (terms, {"by": BY_COURTESY})


def _highest(terms: Iterable[TermRow], rights: Rights) -> str:
    """The level of the highest rank; a level that the policy no longer knows ranks below all, ties go by name."""
    return max((_rank(term.level, rights), term.level) for term in terms)[1]


def _rank(level: str, rights: Rights) -> int:
    known = rights.levels.get(level)
    return known.rank if known else -1


def _iso(day: date) -> str:
    return day.isoformat()
