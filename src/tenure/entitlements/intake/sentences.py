"""What is wrong, and what to do, in a sentence a fault."""

from typing import Final

from tenure.entitlements.intake.words import IDENTIFIERS
from tenure.policy.words import IdentifierFormat, Policy

_LOOKALIKES: Final = {"O": "0", "I": "1", "L": "1", "S": "5", "B": "8", "Z": "2"}

_SENTENCES: Final = {
    "missing": "is empty",
    "day": "{value!r} is not a day; write it as 2027-03-31",
    "country": "{value!r} is not a country; write two letters of ISO 3166, such as DE",
    "zone": "{value!r} is not a time zone; write it as Europe/Berlin",
    "email": "{value!r} is not an e-mail address",
    "product": "{value!r} is not in the catalogue",
    "release": "{value!r} is not a release of this product",
    "quantity": "{value!r} is not a whole number above zero",
    "licence_kind": "{value!r} is not perpetual, subscription or hardware",
    "kind_differs": "{value!r} does not fit the kind of this product",
    "level": "{value!r} is not a level of the policy",
    "not_sold": "{value!r} is not sold for this kind of product",
    "term_incomplete": "level, term_starts_on and term_ends_on belong together: fill all three or none",
    "ends_first": "{value!r} lies before term_starts_on",
    "size": "{value!r} is not small or enterprise",
    "purpose": "{value!r} is not production, trial, not_for_resale or temporary",
    "language": "{value!r} is not a language; write it as en or zh-hans",
    "held": "differs from what is held: {value}",
    "other_customer": "belongs to another customer",
    "differs": "differs from {value}",
}


def sentence(*, column: str, code: str, value: str, policy: Policy) -> str:
    """The reason of a fault."""
    shown = value if len(value) <= 200 else value[:200] + "…"
    if code == "format":
        return _format_reason(policy.identifiers[IDENTIFIERS[column]], value)
    if code in {"overlap", "overlap_held", "changed"}:
        mine, _, other = shown.partition("|")
        held = "" if code == "overlap" else ", which is held"
        hint = "; give --correct to change it" if code == "changed" else ""
        return f"{mine} overlaps {other}{held}{hint}"
    if code == "seats":
        named, most, level = shown.split("|")
        return f"{named} technical contacts would be named; {level} has {most} seats"
    return _SENTENCES[code].format(value=shown)


def _format_reason(identifier: IdentifierFormat, value: str) -> str:
    """Why a text is no such identifier; a letter for a digit is pointed out."""
    if not value:
        return f"is empty; it looks like {identifier.example}"
    meant = _meant(identifier, value)
    if meant:
        wrong = [(is_, right) for is_, right in zip(value, meant, strict=True) if is_ != right]
        swaps = ", ".join(f"letter {is_} for digit {right}" for is_, right in dict.fromkeys(wrong))
        return f"{value!r} has {swaps}; is {meant} meant?"
    return f"{value[:60]!r} is not a {identifier.name.lower()}; it looks like {identifier.example}"


def _meant(identifier: IdentifierFormat, value: str) -> str | None:
    """The identifier that `value` would be, were its letters the digits they look like."""
    for prefix in identifier.prefixes or ("",):
        if len(value) == len(prefix) + len(identifier.shape):
            rest = value[len(prefix) :]
            digits = "".join(
                _LOOKALIKES.get(sign, sign) if place == "#" else sign
                for sign, place in zip(rest, identifier.shape, strict=True)
            )
            swapped = identifier.read(prefix + digits)
            if swapped and value.startswith(prefix) and swapped != value:
                return swapped
    return None
