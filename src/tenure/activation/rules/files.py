"""What licence files say: a year of a term each, and the two dates of a licence, use and maintenance."""

from datetime import UTC, date, datetime, timedelta

from tenure.activation.words import Licensed, LicensedTerm, Year
from tenure.entitlements.words import LicenceKind, LicencePurpose

FORMAT = "tenure-licence/1"
ONE_DAY = timedelta(days=1)
ENDING = frozenset({LicencePurpose.TRIAL, LicencePurpose.TEMPORARY})


def years_of(term: LicensedTerm) -> tuple[Year, ...]:
    """The term cut into years, each counted from its first day; the last may be shorter.  Source: ours."""
    years: list[Year] = []
    starts = term.starts
    while starts < term.ends:
        ends = min(_years_later(term.starts, len(years) + 1), term.ends)
        years.append(Year(term=term, starts_on=starts, ends_on=ends - ONE_DAY))
        starts = ends
    return tuple(years)


def wanted(*, licensed: Licensed, through: date | None = None) -> tuple[Year, ...]:
    """The years that a machine gets files of today: those that have not ended, or else the last one there was.

    through: terms that start later are left out: their own codes bring them.  A licence without any term gets one file
    that speaks of the right to use alone.  Source: A7.
    """
    terms = [term for term in licensed.terms if through is None or term.starts <= through]
    years = [year for term in terms for year in years_of(term)]
    lasting = tuple(year for year in years if year.ends_on is not None and year.ends_on >= licensed.today)
    if lasting:
        return lasting
    if years:
        return (max(years, key=lambda year: year.ends_on or date.min),)
    return (Year(term=None, starts_on=None, ends_on=None),) if is_lasting(licensed) else ()


def is_lasting(licensed: Licensed) -> bool:
    """Whether the right to use does not end: what was bought, but no trial and nothing temporary.  Source: A2, A12."""
    return licensed.kind is not LicenceKind.SUBSCRIPTION and licensed.purpose not in ENDING


def use_ends_on(*, licensed: Licensed, year: Year) -> date | None:
    """The last day of use by a file; None: the right does not end, whatever the maintenance does.  Source: A2."""
    return None if is_lasting(licensed) else year.ends_on


def facts_of(
    *, licensed: Licensed, year: Year, number: str, issued_at: datetime, host: str | None, quantity: int
) -> dict[str, object]:
    """All that a file says, but for the key that signs it.  The same input gives the same facts.  Source: ours."""
    starts = min([licensed.issued_on, *(term.starts for term in licensed.terms)])
    return {
        "format": FORMAT,
        "number": number,
        "serial": licensed.serial,
        "product": licensed.product_slug,
        "product_name": licensed.product,
        "release": licensed.release,
        "customer": licensed.customer,
        "quantity": quantity,
        "meter": licensed.meter,
        "purpose": licensed.purpose.value,
        "level": year.term.level if year.term else "",
        "family": year.term.family.name.lower() if year.term else "",
        "starts_on": _text(year.starts_on),
        "ends_on": _text(year.ends_on),
        "use_starts_on": (starts if is_lasting(licensed) else year.starts_on or starts).isoformat(),
        "use_ends_on": _text(use_ends_on(licensed=licensed, year=year)),
        "zone": licensed.zone,
        "host": host,
        "issued_at": instant_text(issued_at),
    }


def same_but_for_issue(one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether two files say the same, number and instant of issue left out."""
    left = {"number", "issued_at", "key_id"}
    return {k: v for k, v in one.items() if k not in left} == {k: v for k, v in other.items() if k not in left}


def instant_text(at: datetime) -> str:
    """An instant as files write it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _years_later(day: date, years: int) -> date:
    """The same day of a later year; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
