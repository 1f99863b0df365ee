"""Pages of the vendor's people."""

from tests.access.doors.rows import FOREIGN, FOREIGN_PAPER, LINKERS, OWN, PAPER, QUOTE_STAFF, STAFF, Door

RENEWERS = frozenset({"renewals", "care_agent", "manager", "operator"})
SELLERS = frozenset({"renewals", "manager", "operator"})
GIVERS = frozenset({"care_agent", "renewals", "manager"})
READERS = frozenset({"operator", "manager"})
POLICY_READERS = frozenset({"operator", "manager", "renewals"})
DOORS: dict[str, Door] = {
    "desk-compliance": Door(own=STAFF),
    "desk-compliance-export": Door(own=STAFF),
    "desk-quotes": Door(own=QUOTE_STAFF),
    "desk-quotes-export": Door(own=QUOTE_STAFF),
    "desk-resellers": Door(own=QUOTE_STAFF),
    "desk-programmes": Door(
        own=QUOTE_STAFF, foreign=QUOTE_STAFF, args={"number": "aster"}, other={"number": "bellwether"}
    ),
    # no day is given: the page says so, and nothing is changed
    "desk-programme-end": Door(
        own=QUOTE_STAFF, foreign=QUOTE_STAFF, args={"number": "aster", "enrolment": "987654"},
        other={"number": "bellwether", "enrolment": "987654"}, method="post", status=422,
    ),
    "desk-reseller-profiles": Door(own=QUOTE_STAFF),
    "desk-reseller-profile": Door(own=QUOTE_STAFF, args={"number": "cinder"}),
    "desk-reseller-request-grant": Door(own=frozenset(), args={"number": "987654"}, method="post"),
    "desk-reseller-request-decline": Door(own=frozenset(), args={"number": "987654"}, method="post"),
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
    "desk-ahead": Door(own=RENEWERS),
    "desk-ahead-export": Door(own=RENEWERS),
    "desk-renewals": Door(own=RENEWERS),
    "desk-renewals-export": Door(own=RENEWERS),
    "desk-renewals-pipeline": Door(own=RENEWERS),
    "desk-renewals-quote": Door(own=RENEWERS, status=302),
    "desk-renewals-lost": Door(own=SELLERS),
    "desk-renewals-back": Door(own=SELLERS, method="post", status=302),
    "desk-notices": Door(own=STAFF),
    # no task has this number; who may work on tasks is told that it is done
    **{
        f"desk-notice-{verb}": Door(own=RENEWERS, args={"number": "987654"}, method="post", status=302)
        for verb in ("take", "done")
    },
    "desk-notices-customer": Door(own=STAFF, foreign=STAFF, args={"number": "aster"}, other={"number": "bellwether"}),
    "desk-notices-proof": Door(own=STAFF),
    "desk-notices-proof-export": Door(own=STAFF),
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
    "desk-policy": Door(own=POLICY_READERS),
    # nothing is put, a draft that is not there is nobody's, and a version is one that is
    "desk-policy-put": Door(own=POLICY_READERS, method="post", status=422),
    "desk-policy-draft": Door(own=frozenset(), args={"number": "987654"}),
    **{
        f"desk-policy-{step}": Door(own=frozenset(), args={"number": "987654"}, method="post")
        for step in ("again", "drop", "apply")
    },
    "desk-policy-compare": Door(own=POLICY_READERS, query="?old=1&new=1"),
    "desk-policy-version": Door(own=POLICY_READERS, args={"number": "1"}),
    "desk-clock": Door(own=READERS),
    "desk-clock-advance": Door(own=frozenset(), method="post", data={"by": "1d"}),
    "desk-clock-reset": Door(own=frozenset(), method="post"),
}  # fmt: skip
