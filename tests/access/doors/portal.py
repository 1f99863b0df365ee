"""Pages of customers and resellers."""

from tests.access.doors.rows import (
    BUYERS,
    FOREIGN,
    FOREIGN_PAPER,
    LINKERS,
    MEMBERS,
    OWN,
    PAPER,
    QUOTE_STAFF,
    SIGNED_IN,
    STAFF,
    Door,
)


def licence(**more: object) -> Door:
    seen = MEMBERS | STAFF | {"reseller"}
    return Door(
        **{"own": seen, "foreign": STAFF | {"other_owner"}, "args": {"serial": OWN}, "other": {"serial": FOREIGN}}
        | more
    )


def position(**more: object) -> Door:
    """Cinder sold all that Aster has of the product, so its people see that position, too."""
    seen = MEMBERS | STAFF | {"reseller"}
    return Door(**{
        "own": seen, "foreign": STAFF | {"other_owner"}, "args": {"number": "aster", "slug": "quay-vault"},
        "other": {"number": "bellwether", "slug": "quay-vault"},
    } | more)  # fmt: skip


def case(**more: object) -> Door:
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


def colleagues(**more: object) -> Door:
    owners = {"own": frozenset({"owner"}), "foreign": frozenset({"other_owner"})}
    return Door(**owners | {"args": {"number": "aster"}, "other": {"number": "bellwether"}} | more)


ASKED = {"number": "aster", "request_id": "987654"}
ASKED_ELSEWHERE = {"number": "bellwether", "request_id": "987654"}
SEATED = {"number": "aster", "agreement_id": "aster_agreement"}
SEATED_ELSEWHERE = {"number": "bellwether", "agreement_id": "bellwether_agreement"}


def owners(**more: object) -> Door:
    """Pages where owners decide, and customer care in their place."""
    return Door(**{
        "own": LINKERS | {"owner"}, "foreign": LINKERS | {"other_owner"}, "args": {"number": "aster"},
        "other": {"number": "bellwether"},
    } | more)  # fmt: skip


def asked(**more: object) -> Door:
    """A request about contacts: for who asked."""
    return Door(**{
        "own": frozenset({"technical"}), "foreign": frozenset({"other_owner"}), "args": {"number": "1000004"},
        "other": {"number": "1000005"},
    } | more)  # fmt: skip


def statement(**more: object) -> Door:
    """What a customer owns: for its own people and for staff."""
    seen = {"own": MEMBERS | STAFF, "foreign": STAFF | {"other_owner"}}
    return Door(**seen | {"args": {"number": "aster"}, "other": {"number": "bellwether"}} | more)


SELLERS = frozenset({"reseller", "renewals", "manager", "operator"})
ASKED_RESELLER = frozenset({"reseller"})


def quote(**more: object) -> Door:
    """Aster's quote through Cinder, accepted already; Bellwether's goes through nobody."""
    return Door(**{
        "own": BUYERS | {"viewer", "reseller"} | QUOTE_STAFF, "foreign": QUOTE_STAFF | {"other_owner"},
        "args": {"number": "aster_quote"}, "other": {"number": "bellwether_quote"},
    } | more)  # fmt: skip


def quote_step(own: frozenset[str], foreign: frozenset[str], **more: object) -> Door:
    """Who sees the quote and may not do it is told that nothing is there; who may is told why not now."""
    return quote(**({"own": own, "foreign": foreign, "method": "post", "status": 409} | more))


DOORS: dict[str, Door] = {
    "compliance": Door(own=SIGNED_IN),
    "compliance-export": Door(own=SIGNED_IN),
    "compliance-count": Door(own=frozenset({"owner", "technical", "other_owner"}), shut=403),
    "compliance-import": Door(own=frozenset({"owner", "technical", "other_owner"}), shut=403),
    "compliance-position": position(),
    "compliance-arithmetic": position(),
    "quotes": Door(own=SIGNED_IN),
    "quotes-export": Door(own=SIGNED_IN),
    "quote-new": Door(own=BUYERS | SELLERS | {"other_owner"}),
    "quote": quote(),
    "quote-paper": quote(status=202),
    "quote-send": quote_step(SELLERS, SELLERS - ASKED_RESELLER),
    "quote-remind": quote_step(SELLERS, SELLERS - ASKED_RESELLER),
    "quote-accept": quote_step(BUYERS, frozenset({"other_owner"})),
    "quote-decline": quote_step(BUYERS, frozenset({"other_owner"})),
    "quote-withdraw": quote_step(SELLERS, SELLERS - ASKED_RESELLER),
    "quote-order": quote_step(SELLERS, SELLERS - ASKED_RESELLER, status=302),
    # no day is given, which those who may record a signature are told; with a paper in tests/portal/test_signed_papers.py
    "quote-sign": quote_step(SELLERS & STAFF, SELLERS & STAFF),
    "quote-signed": quote(own=frozenset(), foreign=frozenset()),
    "quote-dispute": quote_step(frozenset(), frozenset()),
    "quote-end-dispute": quote_step(frozenset(), frozenset()),
    "quote-fresh": quote_step(BUYERS | SELLERS, frozenset(), args={"number": "withdrawn_quote"}, other={}),
    "reseller-requests": Door(own=SIGNED_IN),
    "reseller-request": Door(own=BUYERS | QUOTE_STAFF | {"reseller"}, args={"number": "1000004"}),
    "reseller-request-decline": Door(own=BUYERS | SELLERS, args={"number": "1000004"}, method="post", status=409),
    "reseller-ask": Door(own=BUYERS | {"other_owner"}, args={"number": "cinder", "wish": "quote"}),
    "tax-identifier": colleagues(),
    "acting-case": Door(own=frozenset()),  # nobody was given a consent; tests/cases/test_acting.py has one
    "consents": colleagues(own=MEMBERS),
    "consent-give": colleagues(method="post", data={"reseller": "cinder"}, status=302),
    "consent-end": Door(own=frozenset(), args={"number": "aster", "consent_id": "987654"}, method="post"),
    "licences": Door(own=SIGNED_IN),
    "licences-export": Door(own=SIGNED_IN),
    "licences-register": Door(own=SIGNED_IN),
    "licence": licence(),
    "certificate": licence(args={"number": PAPER}, other={"number": FOREIGN_PAPER}, status=202),
    "licence-receipt": licence(query="?benefit=technical_support"),
    "licence-courtesy": licence(),
    "licence-register": licence(
        method="post", own=frozenset({"owner", "technical", "viewer", "purchasing", "reseller"}) | STAFF, status=302,
    ),
    "activation": licence(),
    "activation-export": licence(own=MEMBERS | STAFF),
    "activation-begin": licence(method="post", status=422),
    # no machine and no file has these numbers, which nobody is told apart from somebody else's
    "activation-machine": Door(own=frozenset(), args={"serial": OWN, "activation_id": "987654"}),
    **{
        f"activation-{verb}": Door(own=frozenset(), args={"serial": OWN, "activation_id": "987654"}, method="post")
        for verb in ("move", "end", "renew")
    },
    "activation-file": Door(own=frozenset(), args={"serial": OWN, "number": "LF-99999999"}),
    "link": Door(own=SIGNED_IN),
    "joining": owners(),
    "joining-approve": owners(method="post", args=ASKED, other=ASKED_ELSEWHERE, status=409),
    "joining-decline": owners(method="post", args=ASKED, other=ASKED_ELSEWHERE, status=409),
    "contacts": owners(own=MEMBERS | STAFF, foreign=STAFF | {"other_owner"}),
    "contacts-name": owners(method="post", args=SEATED, other=SEATED_ELSEWHERE),
    "contacts-choose": owners(method="post", args=SEATED, other=SEATED_ELSEWHERE, status=302),
    "contacts-end": Door(own=frozenset(), method="post", args={"number": "aster", "identifier": "C00000000"}),
    "contact-requests": Door(own=SIGNED_IN),
    "contact-request-new": Door(own=SIGNED_IN, args={"wish": "add"}),
    "contact-request": asked(),
    "contact-request-withdraw": asked(method="post", status=302),
    "contact-history": owners(own=MEMBERS | STAFF, foreign=STAFF | {"other_owner"}),
    "contact-history-export": owners(own=MEMBERS | STAFF, foreign=STAFF | {"other_owner"}),
    "contact-address": owners(
        args={"number": "aster", "contact_id": "1000004"}, other={"number": "bellwether", "contact_id": "1000005"}
    ),
    "contacts-withdraw": Door(own=frozenset(), args=ASKED, method="post"),
    "statements": Door(own=SIGNED_IN),
    "statement": statement(),
    "statement-export": statement(),
    "statement-paper": statement(status=202),
    "statement-prove": statement(method="post", data={"on": "2026-04-02"}, status=302),
    # with an object in tests/portal/test_statement.py
    "proof": Door(own=frozenset(), args={"number": "PE-00000000"}),
    "proof-paper": Door(own=frozenset(), args={"number": "PE-00000000"}),
    "proof-facts": Door(own=frozenset(), args={"number": "PE-00000000"}),
    "claims": Door(own=SIGNED_IN),
    "claim-new": Door(own=SIGNED_IN),
    # with an object in tests/portal/test_claims.py
    "claim": Door(own=frozenset(), args={"number": "987654"}),
    "claim-withdraw": Door(own=frozenset(), method="post", args={"number": "987654"}),
    "claim-answer": Door(own=frozenset(), args={"number": "987654"}),
    "renewals": Door(own=SIGNED_IN),
    "renewals-export": Door(own=SIGNED_IN),
    "renewal-term": licence(),
    "renewal-due": licence(args={"number": "1000004"}, other={"number": "1000005"}),
    "renewal-preferences": Door(own=SIGNED_IN),
    "renewal-notices-choose": Door(
        own=MEMBERS, foreign=frozenset({"other_owner"}), args={"number": "aster"}, other={"number": "bellwether"},
        method="post", data={"wanted": "no"}, status=302,
    ),
    "renewal-calendar-address": Door(own=SIGNED_IN, method="post", status=302),
    "cases": Door(own=SIGNED_IN),
    "cases-export": Door(own=SIGNED_IN),
    "case-new": Door(own=SIGNED_IN),
    "case-care": Door(own=SIGNED_IN),
    "case-question": Door(own=frozenset({"technical", "other_owner"}), args={"step": "where"}, status=302, shut=403),
    "case": case(),
    "case-receipt": case(),
    # its file is not in the storage, which is said only to those who may read it
    "case-file": case(args={"number": "aster_case", "file_id": "1000001"}, other={"number": "bellwether_case", "file_id": "1000002"}, status=409),
    # who sees a case and may not write to it is sent back to it with the reason
    **{
        f"case-{verb}": case(method="post", data={"body": "Hello", "answer": "close"}, status=302)
        for verb in ("reply", "consent", "close", "reopen")
    },
}  # fmt: skip
