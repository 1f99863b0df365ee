"""Every door of portal, desk and API, for every role, on one's own and on somebody else's object."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tenure.accounts.actions import add_token
from tenure.accounts.models import Contact, Membership, Person, Team
from tenure.accounts.words import Scope, StaffRole, TeamTopic
from tenure.cases.actions import open_case
from tenure.cases.models import Attachment, Case, Event
from tenure.cases.words import Beginning
from tenure.entitlements.models import Agreement, Asset, ContactRequest, Courtesy, Evidence
from tenure.journal.words import COMMAND
from tenure.renewals.actions.quotes import withdraw_quote
from tenure.renewals.models import Quote, ResellerProfile, ResellerRequest
from tests import cast, estate
from tests.renewals import world as market

ROLES = (
    "visitor", "stranger", "viewer", "purchasing", "technical", "owner", "other_owner", "reseller",
    *(role.value for role in StaffRole),
)  # fmt: skip
STAFF = frozenset(role.value for role in StaffRole)
MEMBERS = frozenset({"viewer", "purchasing", "technical", "owner"})
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
OWN, FOREIGN = "M1000000001", "M2000000002"
PAPER, FOREIGN_PAPER = "10000000-1000001", "20000000-1000001"


@dataclass(frozen=True, kw_only=True)
class Door:
    """One row.  own, foreign: the roles that enter with an object of Aster and of Bellwether; everybody else is told
    `shut` (a visitor is sent to sign in unless `open`).  Entering answers `status`."""

    own: frozenset[str]
    foreign: frozenset[str] = frozenset()
    args: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    method: str = "get"
    data: dict[str, str] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    shut: int = 404
    open: bool = False


def _licence(**more: object) -> Door:
    seen = MEMBERS | STAFF | {"reseller"}
    return Door(
        **{"own": seen, "foreign": STAFF | {"other_owner"}, "args": {"serial": OWN}, "other": {"serial": FOREIGN}}
        | more
    )


def _position(**more: object) -> Door:
    """Cinder sold all that Aster has of the product, so its people see that position, too."""
    seen = MEMBERS | STAFF | {"reseller"}
    return Door(**{
        "own": seen, "foreign": STAFF | {"other_owner"}, "args": {"number": "aster", "slug": "quay-vault"},
        "other": {"number": "bellwether", "slug": "quay-vault"},
    } | more)  # fmt: skip


def _case(**more: object) -> Door:
    """A technical case: for the customer's people without those who only buy, and for staff."""
    seen = (MEMBERS - {"purchasing"}) | STAFF
    return Door(
        **{
            "own": seen,
            "foreign": STAFF | {"other_owner"},
            "args": {"number": "aster_case"},
            "other": {"number": "bellwether_case"},
        }
        | more
    )


def _colleagues(**more: object) -> Door:
    owners = {"own": frozenset({"owner"}), "foreign": frozenset({"other_owner"})}
    return Door(**owners | {"args": {"number": "aster"}, "other": {"number": "bellwether"}} | more)


LINKERS = frozenset({"care_agent", "operator"})
RENEWERS = frozenset({"renewals", "care_agent", "manager", "operator"})
GIVERS = frozenset({"care_agent", "renewals", "manager"})
ASKED = {"number": "aster", "request_id": "987654"}
ASKED_ELSEWHERE = {"number": "bellwether", "request_id": "987654"}
SEATED = {"number": "aster", "agreement_id": "aster_agreement"}
SEATED_ELSEWHERE = {"number": "bellwether", "agreement_id": "bellwether_agreement"}


def _owners(**more: object) -> Door:
    """Pages where owners decide, and customer care in their place."""
    return Door(**{
        "own": LINKERS | {"owner"}, "foreign": LINKERS | {"other_owner"}, "args": {"number": "aster"},
        "other": {"number": "bellwether"},
    } | more)  # fmt: skip


def _asked(**more: object) -> Door:
    """A request about contacts: for who asked."""
    return Door(**{
        "own": frozenset({"technical"}), "foreign": frozenset({"other_owner"}), "args": {"number": "1000004"},
        "other": {"number": "1000005"},
    } | more)  # fmt: skip


def _statement(**more: object) -> Door:
    """What a customer owns: for its own people and for staff."""
    seen = {"own": MEMBERS | STAFF, "foreign": STAFF | {"other_owner"}}
    return Door(**seen | {"args": {"number": "aster"}, "other": {"number": "bellwether"}} | more)


QUOTE_STAFF = frozenset({"care_agent", "renewals", "manager", "operator"})
BUYERS = frozenset({"purchasing", "owner"})
SELLERS = frozenset({"reseller", "renewals", "manager", "operator"})
ASKED_RESELLER = frozenset({"reseller"})


def _quote(**more: object) -> Door:
    """Aster's quote through Cinder, accepted already; Bellwether's goes through nobody."""
    return Door(**{
        "own": BUYERS | {"viewer", "reseller"} | QUOTE_STAFF, "foreign": QUOTE_STAFF | {"other_owner"},
        "args": {"number": "aster_quote"}, "other": {"number": "bellwether_quote"},
    } | more)  # fmt: skip


def _quote_step(own: frozenset[str], foreign: frozenset[str], **more: object) -> Door:
    """Who sees the quote and may not do it is told that nothing is there; who may is told why not now."""
    return _quote(**({"own": own, "foreign": foreign, "method": "post", "status": 409} | more))


ANYONE = Door(own=EVERYBODY, open=True)
READERS = frozenset({"operator", "manager"})
DOORS: dict[str, Door] = {
    "home": ANYONE,
    "api": ANYONE,
    "preferences": ANYONE,
    "lifecycle": ANYONE,
    "lifecycle-product": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "lifecycle-json": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "getting-started": ANYONE,
    "getting-started-product": Door(own=EVERYBODY, open=True, args={"slug": "quay-vault"}),
    "contact": ANYONE,
    "renewing": ANYONE,
    "compliance": Door(own=SIGNED_IN),
    "compliance-export": Door(own=SIGNED_IN),
    "compliance-count": Door(own=frozenset({"owner", "technical", "other_owner"}), shut=403),
    "compliance-import": Door(own=frozenset({"owner", "technical", "other_owner"}), shut=403),
    "compliance-position": _position(),
    "compliance-arithmetic": _position(),
    "desk-compliance": Door(own=STAFF),
    "desk-compliance-export": Door(own=STAFF),
    "quotes": Door(own=SIGNED_IN),
    "quotes-export": Door(own=SIGNED_IN),
    "quote-new": Door(own=BUYERS | SELLERS | {"other_owner"}),
    "quote": _quote(),
    "quote-paper": _quote(status=202),
    "quote-send": _quote_step(SELLERS, SELLERS - ASKED_RESELLER),
    "quote-accept": _quote_step(BUYERS, frozenset({"other_owner"})),
    "quote-decline": _quote_step(BUYERS, frozenset({"other_owner"})),
    "quote-withdraw": _quote_step(SELLERS, SELLERS - ASKED_RESELLER),
    "quote-order": _quote_step(SELLERS, SELLERS - ASKED_RESELLER, status=302),
    "quote-fresh": _quote_step(BUYERS | SELLERS, frozenset(), args={"number": "withdrawn_quote"}, other={}),
    "reseller-requests": Door(own=SIGNED_IN),
    "reseller-request": Door(own=BUYERS | QUOTE_STAFF | {"reseller"}, args={"number": "1000004"}),
    "reseller-request-decline": Door(own=BUYERS | SELLERS, args={"number": "1000004"}, method="post", status=409),
    "resellers": ANYONE,
    "reseller": Door(own=EVERYBODY, open=True, args={"number": "cinder"}),
    "reseller-ask": Door(own=BUYERS | {"other_owner"}, args={"number": "cinder", "wish": "quote"}),
    "tax-identifier": _colleagues(),
    "acting-case": Door(own=frozenset()),  # nobody was given a consent; tests/cases/test_acting.py has one
    "consents": _colleagues(own=MEMBERS),
    "consent-give": _colleagues(method="post", data={"reseller": "cinder"}, status=302),
    "consent-end": Door(own=frozenset(), args={"number": "aster", "consent_id": "987654"}, method="post"),
    "desk-quotes": Door(own=QUOTE_STAFF),
    "desk-quotes-export": Door(own=QUOTE_STAFF),
    "desk-resellers": Door(own=QUOTE_STAFF),
    "desk-reseller-request-grant": Door(own=frozenset(), args={"number": "987654"}, method="post"),
    "desk-reseller-request-decline": Door(own=frozenset(), args={"number": "987654"}, method="post"),
    "licences": Door(own=SIGNED_IN),
    "licences-export": Door(own=SIGNED_IN),
    "licences-register": Door(own=SIGNED_IN),
    "licence": _licence(),
    "certificate": _licence(args={"number": PAPER}, other={"number": FOREIGN_PAPER}, status=202),
    "licence-receipt": _licence(query="?benefit=technical_support"),
    "licence-courtesy": _licence(),
    "licence-register": _licence(
        method="post", own=frozenset({"owner", "technical", "viewer", "purchasing", "reseller"}) | STAFF, status=302,
    ),
    "activation": _licence(),
    "activation-export": _licence(own=MEMBERS | STAFF),
    "activation-begin": _licence(method="post", status=422),
    # no machine and no file has these numbers, which nobody is told apart from somebody else's
    "activation-machine": Door(own=frozenset(), args={"serial": OWN, "activation_id": "987654"}),
    **{
        f"activation-{verb}": Door(own=frozenset(), args={"serial": OWN, "activation_id": "987654"}, method="post")
        for verb in ("move", "end", "renew")
    },
    "activation-file": Door(own=frozenset(), args={"serial": OWN, "number": "LF-99999999"}),
    "link": Door(own=SIGNED_IN),
    "joining": _owners(),
    "joining-approve": _owners(method="post", args=ASKED, other=ASKED_ELSEWHERE, status=409),
    "joining-decline": _owners(method="post", args=ASKED, other=ASKED_ELSEWHERE, status=409),
    "contacts": _owners(own=MEMBERS | STAFF, foreign=STAFF | {"other_owner"}),
    "contacts-name": _owners(method="post", args=SEATED, other=SEATED_ELSEWHERE),
    "contacts-choose": _owners(method="post", args=SEATED, other=SEATED_ELSEWHERE, status=302),
    "contacts-end": Door(own=frozenset(), method="post", args={"number": "aster", "identifier": "C00000000"}),
    "contact-requests": Door(own=SIGNED_IN),
    "contact-request-new": Door(own=SIGNED_IN, args={"wish": "add"}),
    "contact-request": _asked(),
    "contact-request-withdraw": _asked(method="post", status=302),
    "contact-history": _owners(own=MEMBERS | STAFF, foreign=STAFF | {"other_owner"}),
    "contact-history-export": _owners(own=MEMBERS | STAFF, foreign=STAFF | {"other_owner"}),
    "contact-address": _owners(
        args={"number": "aster", "contact_id": "1000004"}, other={"number": "bellwether", "contact_id": "1000005"}
    ),
    "contacts-withdraw": Door(own=frozenset(), args=ASKED, method="post"),
    "desk-contact-requests": Door(own=LINKERS),
    "desk-contact-requests-export": Door(own=LINKERS),
    "desk-contact-request": Door(own=LINKERS, args={"number": "1000004"}),
    # no reason is given: care is told so
    **{
        f"desk-contact-request-{verb}": Door(own=LINKERS, args={"number": "1000004"}, method="post", status=status)
        for verb, status in (("grant", 302), ("decline", 409), ("withdraw", 302))
    },
    "desk-contact-request-file": Door(own=LINKERS, args={"number": "1000004", "file_id": "1000004"}, status=409),
    "desk-addresses": Door(own=STAFF),
    "statements": Door(own=SIGNED_IN),
    "statement": _statement(),
    "statement-export": _statement(),
    "statement-paper": _statement(status=202),
    "statement-prove": _statement(method="post", data={"on": "2026-04-02"}, status=302),
    # with an object in tests/portal/test_statement.py
    "proof": Door(own=frozenset(), args={"number": "PE-00000000"}),
    "proof-paper": Door(own=frozenset(), args={"number": "PE-00000000"}),
    "proof-facts": Door(own=frozenset(), args={"number": "PE-00000000"}),
    "verify": Door(own=EVERYBODY, open=True, args={"number": "PE-00000000"}, query="?digest=0"),
    "claims": Door(own=SIGNED_IN),
    "claim-new": Door(own=SIGNED_IN),
    # with an object in tests/portal/test_claims.py
    "claim": Door(own=frozenset(), args={"number": "987654"}),
    "claim-withdraw": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "claim-answer": Door(own=frozenset(), args={"number": "987654"}),
    "desk-claims": Door(own=LINKERS),
    "desk-claim": Door(own=frozenset(), args={"number": "987654"}),
    "desk-claim-decline": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "desk-claim-grant": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "desk-claim-file": Door(own=frozenset(), args={"number": "987654", "file_id": "1"}),
    "desk-moves": Door(own=LINKERS),
    "desk-move-plan": Door(own=LINKERS, args={"kind": "transfer"}),
    "desk-move": Door(own=frozenset(), args={"number": "987654"}),
    "desk-move-undo": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "desk-joinings": Door(own=LINKERS),
    "desk-joining": Door(own=frozenset(), args={"number": "987654"}),
    "desk-joining-approve": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "desk-joining-decline": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "desk-courtesies": Door(own=GIVERS),
    "desk-courtesies-export": Door(own=GIVERS),
    "desk-courtesy-new": Door(own=GIVERS),
    "desk-courtesy": Door(own=GIVERS, args={"number": "1000003"}),
    "desk-courtesy-give": Door(own=GIVERS, args={"number": "1000003"}, method="post", status=422),
    "desk-courtesy-confirm": Door(own=GIVERS, args={"number": "1000003"}, method="post", status=302),
    "desk-courtesy-decline": Door(own=GIVERS, args={"number": "1000003"}, method="post", status=409),
    "desk-courtesy-revoke": Door(own=GIVERS, args={"number": "1000003"}, method="post", status=409),
    "renewals": Door(own=SIGNED_IN),
    "renewals-export": Door(own=SIGNED_IN),
    "renewal-term": _licence(),
    "renewal-preferences": Door(own=SIGNED_IN),
    "renewal-notices-choose": Door(
        own=MEMBERS, foreign=frozenset({"other_owner"}), args={"number": "aster"}, other={"number": "bellwether"},
        method="post", data={"wanted": "no"}, status=302,
    ),
    "renewal-calendar-address": Door(own=SIGNED_IN, method="post", status=302),
    # the secret in the address is the right; with one in tests/portal/test_notices.py
    "renewal-unsubscribe": Door(own=frozenset(), open=True, args={"token": "unsigned"}),
    "renewal-calendar": Door(own=frozenset(), open=True, args={"secret": "unknown"}),
    "desk-ahead": Door(own=RENEWERS),
    "desk-ahead-export": Door(own=RENEWERS),
    "desk-notices": Door(own=STAFF),
    # no task has this number; who may work on tasks is told that it is done
    **{
        f"desk-notice-{verb}": Door(own=RENEWERS, args={"number": "987654"}, method="post", status=302)
        for verb in ("take", "done")
    },
    "desk-notices-customer": Door(own=STAFF, foreign=STAFF, args={"number": "aster"}, other={"number": "bellwether"}),
    "desk-notices-proof": Door(own=STAFF),
    "desk-notices-proof-export": Door(own=STAFF),
    "cases": Door(own=SIGNED_IN),
    "cases-export": Door(own=SIGNED_IN),
    "case-new": Door(own=SIGNED_IN),
    "case-care": Door(own=SIGNED_IN),
    "case-question": Door(own=frozenset({"technical", "other_owner"}), args={"step": "where"}, status=302, shut=403),
    "case": _case(),
    "case-receipt": _case(),
    # its file is not in the storage, which is said only to those who may read it
    "case-file": _case(args={"number": "aster_case", "file_id": "1000001"}, other={"number": "bellwether_case", "file_id": "1000002"}, status=409),
    # who sees a case and may not write to it is sent back to it with the reason
    **{
        f"case-{verb}": _case(method="post", data={"body": "Hello", "answer": "close"}, status=302)
        for verb in ("reply", "consent", "close", "reopen")
    },
    "desk-find": Door(own=STAFF),
    "desk-cases": Door(own=STAFF),
    "desk-case": Door(own=STAFF, foreign=STAFF, args={"number": "aster_case"}, other={"number": "bellwether_case"}),
    "desk-case-new": Door(own=READERS | {"engineer", "care_agent"}),
    # customer-care agents read technical cases and do not write on them
    "desk-case-step": Door(
        own=READERS | {"engineer"}, foreign=READERS | {"engineer"}, args={"number": "aster_case", "step": "note"},
        other={"number": "bellwether_case", "step": "note"}, method="post", data={"note-body": "Hello"}, status=302,
    ),
    "desk-keys": Door(own=STAFF),
    "desk-keys-switch": Door(own=STAFF, method="post", data={"keys": "off"}, status=302),
    "desk-customer": Door(own=STAFF, foreign=STAFF, args={"number": "aster"}, other={"number": "bellwether"}),
    # without a reason nothing is done, and the page of the licence says so
    "desk-activation-any": Door(
        own=LINKERS, foreign=LINKERS, args={"serial": OWN}, other={"serial": FOREIGN}, method="post", status=302
    ),
    "desk-activation-code": Door(
        own=LINKERS, foreign=LINKERS, args={"serial": OWN}, other={"serial": FOREIGN}, method="post", status=302
    ),
    "desk-activation-licence": Door(
        own=LINKERS, foreign=LINKERS, args={"serial": OWN}, other={"serial": FOREIGN}, method="post", status=302
    ),
    "desk-activation-file": Door(own=frozenset(), args={"serial": OWN, "number": "LF-99999999"}, method="post"),
    "desk-signing": Door(own=frozenset({"operator"})),
    "desk-signing-prepare": Door(own=frozenset({"operator"}), method="post", status=302),
    "desk-signing-rotate": Door(own=frozenset({"operator"}), method="post", status=302),
    "desk-signing-withdraw": Door(own=frozenset(), args={"key_id": "0000000000000000"}, method="post", data={"why": "x"}),
    "desk-mail": Door(own=READERS),
    "desk-papers": Door(own=READERS),
    "desk-certificate-send": Door(
        own=LINKERS, foreign=LINKERS, args={"customer": "aster", "number": PAPER},
        other={"customer": "bellwether", "number": FOREIGN_PAPER}, method="post", status=302,
    ),
    "desk-contact-id-send": Door(own=frozenset(), args={"customer": "aster", "identifier": "C99999999"}, method="post"),
    "desk-letter": Door(own=frozenset(), args={"number": "987654"}),
    "desk-teams": Door(own=STAFF),
    "desk-team-add": Door(own=READERS),
    "desk-team": Door(own=STAFF, args={"slug": "storage"}),
    **{
        f"desk-team-{change}": Door(own=READERS, args={"slug": "storage"}, method="post", data=data, status=302)
        for change, data in (("archive", {}), ("unarchive", {}), ("rename", {"name": "Storage"}))
    },
    "desk-team-join": Door(own=READERS, args={"slug": "storage"}, method="post", data={"person": "engineer"}, status=302),
    "desk-team-leave": Door(own=READERS, args={"slug": "storage", "person_id": "1"}, method="post", status=302),
    "desk-clock": Door(own=READERS),
    "desk-clock-advance": Door(own=frozenset(), method="post", data={"by": "1d"}),
    "desk-clock-reset": Door(own=frozenset(), method="post"),
}  # fmt: skip

# What products need to verify files is for anyone.
PUBLIC = {"get /api/v1/licence-keys", "get /api/v1/licence-withdrawals"}
# Doors of the account are rows of tests/portal/test_account.py, which walks them one by one with their objects.
ACCOUNT = "account"


@pytest.fixture
def world(db: None) -> dict[str, object]:
    """Aster's asset was sold by Cinder; Bellwether's was not."""
    estate.policy()
    people: dict[str, object] = {name: getattr(cast, name)() for name in ROLES if name != "visitor"}
    own = estate.asset(cast.aster(), OWN, reseller=cast.cinder())
    foreign = estate.asset(cast.bellwether(), FOREIGN)
    Team.objects.create(slug="storage", name="Storage", topic=TeamTopic.TECHNICAL)
    for owned in (own, foreign):
        estate.term(owned, date(2026, 4, 1), date(2027, 4, 1))
        Agreement.objects.create(organisation=owned.organisation, level="basic", region="EMEA")
    _ask_for_contacts(people, own, foreign)
    for name, owned, file_id in (("technical", own, 1_000_001), ("other_owner", foreign, 1_000_002)):
        _open_case(people[name], owned, file_id)
    Courtesy.objects.create(
        id=1_000_003,
        asset=own,
        organisation=own.organisation,
        asked_by=people["owner"],
        asked_at=cast.AT,
        why="Please.",
    )
    _quotes(people)
    return people


def _ask_for_contacts(people: dict[str, object], own: Asset, foreign: Asset) -> None:
    """Two requests by people of the two customers, with a file that is nowhere, and a contact of each."""
    for number, name, owned in ((1_000_004, "technical", own), (1_000_005, "other_owner", foreign)):
        ContactRequest.objects.create(
            id=number, wish="add", organisation=owned.organisation, asked_by=people[name], given=[], name="Pat",
            email="pat@p.example", asked_at=cast.AT,
        )  # fmt: skip
        Contact.objects.create(
            id=number, organisation=owned.organisation, role="owner", name="Pat", email="pat@p.example"
        )
    Evidence.objects.create(
        id=1_000_004, contact_request_id=1_000_004, name="a.pdf", stored_as="nowhere", size_bytes=1, sha256=b"",
        scan="none", kept_at=cast.AT,
    )  # fmt: skip


def _quotes(people: dict[str, object]) -> None:
    """An accepted quote of each, one that was withdrawn, and a request of Aster's that Cinder has not answered."""
    market.prices()
    market.accepted(people["reseller"], people["owner"], OWN)
    market.accepted(people["other_owner"], people["other_owner"], FOREIGN, is_own=True)
    number = market.sent(people["reseller"], OWN)
    withdraw_quote(number=number, why="A wrong level.", **cast.asking(people["reseller"]))
    ResellerProfile.objects.create(organisation=cast.cinder(), countries=["GB"], languages=["en"])
    ResellerRequest.objects.create(
        id=1_000_004, wish="quote", organisation=cast.aster(), reseller=cast.cinder(), serials=[OWN], asked_at=cast.AT,
        asked_by=people["owner"],
    )  # fmt: skip


def _open_case(person: Person, owned: Asset, file_id: int) -> None:
    """A technical case on the asset by a contact of its customer, with a file that is nowhere."""
    estate.seat(person, owned.organisation, level="basic")
    beginning = Beginning(serial=owned.serial_number, severity=3, summary="It stops", details="Every night.")
    opened = open_case(beginning=beginning, **cast.asking(person))
    event = Event.objects.get(case_id=opened.id, seq=1)
    Attachment.objects.create(
        id=file_id,
        event=event,
        case_id=opened.id,
        name="a.log",
        size_bytes=1,
        sha256=b"",
        stored_as=str(file_id),
        scan="none",
    )


def _urls(patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "") -> Iterator[tuple[str, str]]:
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(each, URLResolver):
            yield from _urls(each.url_patterns, each.namespace or namespace)
        else:
            module = getattr(each.callback, "__module__", "")
            yield f"{namespace}:{each.name}" if namespace else str(each.name), module


def test_every_door_has_a_row():
    doors = {name for name, module in _urls() if not module.startswith("allauth.") and not name.startswith("api:")}
    unlisted = {name for name in doors if name not in DOORS and not name.startswith(ACCOUNT)}
    assert unlisted == set()


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_a_door_lets_in_whom_its_row_names_and_nobody_else(world: dict[str, object], name: str):
    door = DOORS[name]
    answers = {role: _answer(world, door, name, role, door.args) for role in ROLES}
    assert answers == {role: _expected(door, role, door.own) for role in ROLES}
    if door.other:
        answers = {role: _answer(world, door, name, role, door.other) for role in ROLES}
        assert answers == {role: _expected(door, role, door.foreign) for role in ROLES}


@pytest.mark.django_db
def test_somebody_elses_licence_and_one_that_does_not_exist_answer_alike(world: dict[str, object]):
    for role in MEMBERS | {"stranger", "reseller"}:
        client = _client(world, role)
        theirs, nothing = (client.get(reverse("licence", args=[serial])) for serial in (FOREIGN, "M9999999999"))
        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert _without_marks(theirs, FOREIGN) == _without_marks(nothing, "M9999999999")


def _without_marks(answer: HttpResponse, serial: str) -> str:
    """The page without the serial number asked for and the marks that every form of every page has anew."""
    page = answer.content.decode().replace(serial, "")
    return re.sub(r'(name="(?:csrfmiddlewaretoken|request_key)" value=)"[^"]*"', r"\1", page)


@pytest.mark.django_db
def test_the_api_answers_the_same_people_as_the_page(world: dict[str, object]):
    row = DOORS["licence"]
    for role in ROLES:
        headers = (
            {} if role == "visitor" else {"Authorization": f"Bearer {_token(world, role, Scope.ENTITLEMENTS_READ)}"}
        )
        seen = {
            serial: Client().get(f"/api/v1/entitlements/{serial}", headers=headers).status_code
            for serial in (OWN, FOREIGN)
        }
        if role == "visitor":
            assert seen == {OWN: 401, FOREIGN: 401}
        else:
            expected = {OWN: 200 if role in row.own else 404, FOREIGN: 200 if role in row.foreign else 404}
            assert (role, seen) == (role, expected)


@pytest.mark.django_db
def test_every_operation_of_the_api_is_in_its_description_and_asks_for_a_token_unless_public():
    description = Client().get("/api/v1/openapi.json").json()
    operations = {
        f"{method} {path}": each for path, methods in description["paths"].items() for method, each in methods.items()
    }
    assert set(operations) == {
        "get /api/v1/entitlements/{serial}", "get /api/v1/cases", "post /api/v1/cases", "get /api/v1/cases/{number}",
        *(f"post /api/v1/cases/{{number}}/{step}" for step in ("messages", "close", "consent", "reopen", "take")),
        "post /api/v1/activations", "get /api/v1/activations/{activation_id}", "post /api/v1/activations/{activation_id}/check-ins", *PUBLIC,
    }  # fmt: skip
    assert {name for name, each in operations.items() if not each.get("security")} == PUBLIC
    assert description["openapi"].startswith("3.1")


@pytest.mark.django_db
def test_a_token_without_the_scope_is_refused(world: dict[str, object]):
    secret = _token(world, "owner", Scope.CASES_READ)
    answer = Client().get(f"/api/v1/entitlements/{OWN}", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.django_db
def test_a_denied_registration_changes_nothing(world: dict[str, object]):
    from tenure.entitlements.models import Registration

    _answer(world, DOORS["licence-register"], "licence-register", "other_owner", {"serial": OWN})
    _answer(world, DOORS["licence-register"], "licence-register", "viewer", {"serial": OWN})
    assert Registration.objects.count() == 0


@pytest.mark.django_db
def test_an_ended_membership_sees_nothing_from_the_next_request_on(world: dict[str, object]):
    client = _client(world, "owner")
    assert client.get(reverse("licence", args=[OWN])).status_code == 200
    Membership.objects.filter(person_id=world["owner"].pk).update(ended_at=cast.AT)
    assert client.get(reverse("licence", args=[OWN])).status_code == 404


def _token(world: dict[str, object], role: str, scope: Scope) -> str:
    return add_token(person_id=world[role].pk, name="test", scopes=[scope], expires_at=None, at=cast.AT, by=COMMAND)


def _client(world: dict[str, object], role: str) -> Client:
    client = Client()
    if role != "visitor":
        client.force_login(world[role])
    return client


def _answer(world: dict[str, object], door: Door, name: str, role: str, args: dict[str, str]) -> int:
    numbers = {"aster": cast.aster().number, "bellwether": cast.bellwether().number}
    for agreement in Agreement.objects.select_related("organisation"):
        numbers[f"{agreement.organisation.name.split()[0].lower()}_agreement"] = str(agreement.id)
    for case in Case.objects.select_related("organisation"):
        numbers[f"{case.organisation.name.split()[0].lower()}_case"] = case.number
    for kept in Quote.objects.select_related("organisation"):
        gone = kept.withdrawn_at is not None
        numbers["withdrawn_quote" if gone else f"{kept.organisation.name.split()[0].lower()}_quote"] = kept.number
    numbers["cinder"] = cast.cinder().number
    url = reverse(name, kwargs={key: numbers.get(value, value) for key, value in args.items()}) + door.query
    client = _client(world, role)
    if door.method == "get":
        return client.get(url).status_code
    sent = {
        key: str(world[value].pk) if value in world else numbers.get(value, value) for key, value in door.data.items()
    }
    return client.post(url, sent | {"request_key": f"{url} {role}"}).status_code


def _expected(door: Door, role: str, lets_in: frozenset[str]) -> int:
    if role in lets_in:
        return door.status
    if role == "visitor" and not door.open:
        return 302
    return door.shut
