"""Pure decisions of accounts: names, roles, secrets."""

import hashlib
import unicodedata

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from tenure.accounts.words import AccountRefusal, OrganisationKind, Role
from tenure.toolbox.refused import Refused

NAME_LENGTH = 100
TAX_LENGTH = 60
_TAX_PREFIXES = {"GR": "EL"}  # Greece writes its own
SECRET_PREFIX = "tenure_"  # noqa: S105  # so that scanners of leaked secrets recognise ours
_JOINTS = frozenset(" -'’.,")


def tidy_name(name: str) -> str:
    """The name composed (NFC), with single spaces and none at the ends."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_fault(name: str) -> AccountRefusal | None:
    """What is wrong with a tidied name; None if nothing is.

    Letters must be Latin, with any marks they take; space, hyphen, apostrophe, full stop and comma join them; at least
    one letter, at most `NAME_LENGTH` characters.  Source: D9.
    """
    if not name:
        return AccountRefusal.NAME_MISSING
    if len(name) > NAME_LENGTH:
        return AccountRefusal.NAME_TOO_LONG
    if not all(c in _JOINTS or _is_latin(c) for c in name) or not any(map(_is_latin_letter, name)):
        return AccountRefusal.NAME_NOT_LATIN
    return None


def tax_identifier(*, country: str, text: str) -> str:
    """The tax identifier of a country as it is stored: its letters, then the number; "" for an empty text.

    Letters, blanks and signs around it are forgiven.  That it exists is not asked.
    Raises Refused: tax_country_unknown where the country has none that can be checked, tax_identifier_invalid.
    Source: ours.
    """
    if not text.strip():
        return ""
    kind = get_cc_module(country.lower(), "vat")
    if kind is None:
        raise Refused(AccountRefusal.TAX_COUNTRY_UNKNOWN, country=country)
    try:
        number = str(kind.validate(text[:TAX_LENGTH]))
    except ValidationError:
        raise Refused(AccountRefusal.TAX_IDENTIFIER_INVALID, country=country) from None
    prefix = _TAX_PREFIXES.get(country, country)
    return number if number.startswith(prefix) else f"{prefix}{number}"


def _is_latin(character: str) -> bool:
    return _is_latin_letter(character) or unicodedata.category(character) == "Mn"


def _is_latin_letter(character: str) -> bool:
    letter = unicodedata.category(character).startswith("L")
    return letter and unicodedata.name(character, "").startswith("LATIN ")


def roles_in(kind: OrganisationKind) -> tuple[Role, ...]:
    """The roles people can hold in an organisation of this kind, most powerful first.  Source: ours."""
    if kind is OrganisationKind.RESELLER:
        return (Role.OWNER, Role.RESELLER)
    return (Role.OWNER, Role.TECHNICAL, Role.PURCHASING, Role.VIEWER)


def digest_of(secret: str) -> bytes:
    """What is kept of a link's or a token's secret: SHA-256.  256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()
