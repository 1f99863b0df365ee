"""Units of a licence on machines: begin, repeat, move, end; never more than there are."""

import re
from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.activation import actions, queries
from tenure.activation.models import Activation, ActivationCode, CheckIn, LicenceFile
from tenure.activation.words import Report, Standing
from tenure.entitlements.models import Asset, Term
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused
from tenure_licence import Fault, Invalid, Keys, verify, verify_list
from tests import cast, estate
from tests.activation.conftest import activated, code_of, on

pytestmark = pytest.mark.django_db
LATER = cast.AT + timedelta(days=1)


def _refused(act, *args, **more) -> tuple[str, dict[str, object]]:
    """The code and facts of a refusal, which must not have changed a thing."""
    before = _everything()
    with pytest.raises(Refused) as told:
        act(*args, **more)
    assert _everything() == before
    return told.value.code.value, told.value.facts


def _everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Activation, ActivationCode, LicenceFile, CheckIn, Entry)
    ]


def _by_code(someone, code: str, host: str = "host-a", units: int | None = None, **more):
    return actions.activate_by_code(code=code, machine=on(host, units), **cast.asking(someone, **more))


def _keys() -> Keys:
    return Keys([row.public for row in queries.signing_keys() if row.state != "withdrawn"],
                [row.public for row in queries.signing_keys() if row.state == "withdrawn"])  # fmt: skip


# --- begin --------------------------------------------------------------------------------------------------------


def test_a_typed_code_activates_and_gives_a_file_that_verifies(licence):
    done = _by_code(cast.technical(), f" {code_of(licence).lower().replace('-', ' ')} ", units=3)
    [file] = done.files
    told = verify(file.content, keys=_keys())
    assert (done.is_new, done.units, done.serial) == (True, 3, "M1000000001")
    assert (told.number[:3], told.serial, told.host, told.quantity, told.customer, told.product, told.release) == (
        "LF-", "M1000000001", "host-a", 3, "Aster Mills", "quay-vault", "9.4",
    )  # fmt: skip
    assert (told.starts_on, told.ends_on, told.use_ends_on) == (date(2026, 4, 1), date(2027, 3, 31), None)


def test_again_on_the_same_machine_is_the_same_activation_and_the_same_bytes(licence):
    someone = cast.owner()
    first, again = (_by_code(someone, code_of(licence)) for _ in range(2))
    assert (again.id, again.is_new, again.files) == (first.id, False, first.files)
    assert LicenceFile.objects.count() == 1


def test_another_number_of_units_on_the_same_machine_replaces_its_file(licence):
    someone = cast.owner()
    first = _by_code(someone, code_of(licence), units=2)
    again = _by_code(someone, code_of(licence), units=5, at=LATER)
    assert (again.id, again.units, verify(again.files[0].content, keys=_keys()).quantity) == (first.id, 5, 5)
    old = LicenceFile.objects.get(number=first.files[0].number)
    assert (old.why, old.replaced_by.number, old.withdrawn_at) == ("replaced", again.files[0].number, LATER)


def test_no_more_units_are_in_use_than_there_are(licence):
    someone = cast.owner()
    _by_code(someone, code_of(licence), "host-a", 7)
    assert _refused(_by_code, someone, code_of(licence), "host-b", 4) == (
        "units_taken", {"free": 3, "quantity": 10, "wished": 4},
    )  # fmt: skip
    _by_code(someone, code_of(licence), "host-b", 3)
    assert queries.standing_of(asset_id=licence.id) == Standing(quantity=10, used=10, machines=2)
    assert _refused(_by_code, someone, code_of(licence), "host-a", 8)[0] == "units_taken"


def test_a_licence_that_became_smaller_keeps_its_machines_and_takes_no_more(licence):
    someone = cast.owner()
    _by_code(someone, code_of(licence), "host-a", 7)
    licence.quantity = 5
    licence.save()
    assert queries.standing_of(asset_id=licence.id).over == 2
    assert _by_code(someone, code_of(licence), "host-a").units == 7
    assert _refused(_by_code, someone, code_of(licence), "host-b")[0] == "units_taken"
    assert _by_code(someone, code_of(licence), "host-a", 5).units == 5


@pytest.mark.parametrize("host", ["", "  ", "a\nb", "a\0b", "x" * 201])
def test_a_machine_that_cannot_be_named_is_refused(licence, host):
    assert _refused(_by_code, cast.owner(), code_of(licence), host)[0] == "host_invalid"


@pytest.mark.parametrize("units", [0, -1, 2**53])
def test_a_number_that_is_no_number_of_units_is_refused(licence, units):
    assert _refused(_by_code, cast.owner(), code_of(licence), units=units)[0] == "units_invalid"


def test_an_unknown_code_and_somebody_elses_take_the_same_path(licence):
    someone = cast.owner()
    theirs = code_of(Asset.objects.get(serial_number="M2000000002"))
    unknown = "2222-2222-2222-2222"
    told = []
    for code in (theirs, unknown):
        with CaptureQueriesContext(connection) as asked:
            told.append(_refused_plainly(someone, code))
        told[-1] = (told[-1], _statements(asked, code))
    assert told[0] == told[1]
    assert told[0][0] == ("code_unknown", {})


def _statements(asked, code: str) -> list[str]:
    """What was asked of the database, with the code and the numbers of savepoints left out."""
    told = [query["sql"].replace(code.replace("-", ""), "CODE") for query in asked]
    return [re.sub(r"(SAVEPOINT) .*", r"\1", sql) for sql in told]


def _refused_plainly(someone, code):
    asking = cast.asking(someone)
    with pytest.raises(Refused) as no:
        actions.activate_by_code(code=code, machine=on(), **asking)
    return no.value.code.value, no.value.facts


def test_a_slip_is_told_by_its_group(licence):
    code = code_of(licence)
    wrong = code[:11] + ("3" if code[11] != "3" else "4") + code[12:]
    assert _refused(_by_code, cast.owner(), wrong) == (
        "code_malformed", {"slip": "check", "group": 3, "sign": "", "signs": 0},
    )  # fmt: skip


@pytest.mark.parametrize("role", ["viewer", "purchasing", "reseller", "engineer"])
def test_who_only_sees_the_licence_activates_nothing(licence, role):
    someone = getattr(cast, role)()
    assert _refused(_by_code, someone, code_of(licence))[0] == "not_allowed"
    assert _refused(activated, someone, licence)[0] == "not_allowed"


def test_a_stranger_is_told_that_nothing_is_there(licence):
    assert _refused(activated, cast.stranger(), licence)[0] == "not_found"
    assert _refused(activated, cast.other_owner(), licence)[0] == "not_found"


# --- codes --------------------------------------------------------------------------------------------------------


def test_a_renewal_gives_a_code_of_its_own_before_it_starts(licence):
    estate.term(licence, date(2027, 4, 1), date(2030, 4, 1))
    assert (actions.issue_codes(at=cast.AT, by=COMMAND), actions.issue_codes(at=cast.AT, by=COMMAND)) == (1, 0)
    someone = cast.owner()
    old = _by_code(someone, code_of(licence))
    new = _by_code(someone, code_of(licence, date(2027, 4, 1)))
    assert [(f.starts_on.year, f.ends_on) for f in old.files] == [(2026, date(2027, 3, 31))]
    assert [(f.starts_on.year, f.ends_on.year) for f in new.files] == [
        (2026, 2027),
        (2027, 2028),
        (2028, 2029),
        (2029, 2030),
    ]
    assert new.id == old.id


def test_a_correction_that_keeps_the_first_day_keeps_the_code_and_replaces_the_file(licence):
    someone, code = cast.owner(), code_of(licence)
    old = _by_code(someone, code)
    Term.objects.filter(asset=licence).update(known=(cast.AT, LATER))
    Term.objects.create(asset=licence, family=1, level="basic", quantity=10, covers=(date(2026, 4, 1), date(2027, 5, 1)),
                        known=(LATER, None))  # fmt: skip
    assert actions.issue_codes(at=LATER, by=COMMAND) == 0
    new = _by_code(someone, code, at=LATER)
    assert [verify(file.content, keys=_keys()).level for file in new.files] == ["basic", "basic"]
    assert LicenceFile.objects.get(number=old.files[0].number).why == "replaced"


def test_the_code_of_a_term_that_stands_no_more_holds_no_longer(licence):
    code = code_of(licence)
    Term.objects.filter(asset=licence).update(known=(cast.AT, LATER))
    span = (date(2026, 6, 1), date(2027, 4, 1))
    Term.objects.create(asset=licence, family=1, level="basic", quantity=10, covers=span, known=(LATER, None))
    assert _refused(_by_code, cast.owner(), code)[0] == "code_withdrawn"


def test_a_withdrawn_code_holds_no_longer_and_its_term_gets_another(licence):
    code = code_of(licence)
    actions.withdraw_code(
        serial="M1000000001", code=code.replace("-", ""), why="mailed to a wrong address", at=cast.AT, by=COMMAND
    )
    assert _refused(_by_code, cast.owner(), code)[0] == "code_withdrawn"
    assert actions.issue_codes(at=cast.AT, by=COMMAND, asset_ids=[licence.id]) == 1
    assert code_of(licence) != code


def test_a_courtesy_gets_no_code_and_no_file(licence):
    estate.term(licence, date(2027, 4, 1), date(2027, 5, 1), family=5)
    assert actions.issue_codes(at=cast.AT, by=COMMAND) == 0
    assert len(activated(cast.owner(), licence, at=cast.AT + timedelta(days=140)).files) == 1


def test_a_perpetual_licence_without_any_term_has_a_code_and_a_file_about_its_use(licence):
    bare = estate.asset(cast.aster(), "M1000000009")
    assert actions.issue_codes(at=cast.AT, by=COMMAND) == 1
    code = ActivationCode.objects.get(asset=bare).code
    [file] = _by_code(cast.owner(), code).files
    told = verify(file.content, keys=_keys())
    assert (told.starts_on, told.ends_on, told.use_starts_on, told.use_ends_on) == (None, None, date(2026, 4, 2), None)


def test_codes_of_many_are_made_by_the_same_statements_as_of_one(licence):
    counts = []
    for serials in (range(1, 2), range(100, 140)):
        for n in serials:
            estate.term(estate.asset(cast.aster(), f"M3{n:09}"), date(2026, 4, 1), date(2027, 4, 1))
        with CaptureQueriesContext(connection) as asked:
            assert actions.issue_codes(at=cast.AT, by=COMMAND) == len(serials)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert ActivationCode.objects.values("code").distinct().count() == ActivationCode.objects.count() == 43


# --- move, end ----------------------------------------------------------------------------------------------------


def test_a_move_ends_one_machine_and_begins_another_with_its_history(licence):
    someone = cast.owner()
    first = activated(someone, licence, "old", 4)
    moved = actions.move_activation(
        activation_id=first.id, machine=on("new"), why="disk died", **cast.asking(someone, LATER)
    )
    old, new = Activation.objects.order_by("id")
    assert (old.ended_at, new.moved_from_id, new.units, new.host, new.why) == (LATER, old.id, 4, "new", "disk died")
    assert verify(moved.files[0].content, keys=_keys()).host == "new"
    gone = verify_list(actions.revocation_list(at=LATER)[1], keys=_keys())
    with pytest.raises(Invalid) as no:
        verify(first.files[0].content, keys=_keys(), revocations=gone)
    assert no.value.fault is Fault.LICENCE_WITHDRAWN


def _move(someone, activation_id: int, host: str, days: int = 0, why: str = ""):
    at = cast.AT + timedelta(days=days)
    return actions.move_activation(
        activation_id=activation_id, machine=on(host), why=why, **cast.asking(someone, at)
    ).id


def test_a_customer_moves_as_often_a_year_as_the_policy_says_and_care_more(licence):
    someone, care = cast.owner(), cast.care_agent()
    place = activated(someone, licence, "h0").id
    for n in range(4):
        place = _move(someone, place, f"h{n + 1}", days=n)
    assert _refused(_move, someone, place, "h9", 364) == ("too_many_moves", {"most": 4})
    assert _refused(_move, care, place, "h9", 5)[0] == "why_missing"
    place = _move(care, place, "h9", 5, "flood in the server room")
    assert _refused(_move, someone, place, "h10", 6)[0] == "too_many_moves"
    assert _move(someone, place, "h10", 366)


def test_to_end_and_activate_elsewhere_counts_as_a_move_once_all_units_were_used(licence):
    licence.quantity = 1
    licence.save()
    someone = cast.owner()
    place = activated(someone, licence, "h0").id
    for n in range(4):
        actions.end_activation(activation_id=place, **cast.asking(someone, cast.AT + timedelta(days=n)))
        place = activated(someone, licence, f"h{n + 1}", at=cast.AT + timedelta(days=n)).id
    actions.end_activation(activation_id=place, **cast.asking(someone, cast.AT + timedelta(days=9)))
    assert _refused(activated, someone, licence, "h9", at=cast.AT + timedelta(days=10))[0] == "too_many_moves"
    assert activated(
        someone, licence, "h4", at=cast.AT + timedelta(days=10)
    ).is_new  # the same machine again is no move


def test_units_that_nobody_used_within_a_year_are_nobodys_history(licence):
    someone = cast.owner()
    first = activated(someone, licence, "h0", 2)
    actions.end_activation(activation_id=first.id, **cast.asking(someone))
    assert Activation.objects.get(id=activated(someone, licence, "h1", 8).id).moved_from_id is None
    assert Activation.objects.get(id=activated(someone, licence, "h2", 2).id).moved_from_id == first.id


def test_a_move_to_a_machine_in_use_is_refused(licence):
    someone = cast.owner()
    first, _ = activated(someone, licence, "a"), activated(someone, licence, "b")
    assert _refused(_move, someone, first.id, " b ") == ("host_taken", {"host": "b"})


def test_ending_frees_the_units_and_withdraws_the_files(licence):
    someone = cast.owner()
    first = activated(someone, licence, "a", 10)
    actions.end_activation(activation_id=first.id, **cast.asking(someone, LATER))
    assert queries.standing_of(asset_id=licence.id).free == 10
    assert list(LicenceFile.objects.values_list("why", flat=True)) == ["ended"]
    assert _refused(actions.end_activation, activation_id=first.id, **cast.asking(someone))[0] == "activation_ended"
    assert _refused(_move, someone, first.id, "b")[0] == "activation_ended"


@pytest.mark.parametrize(("role", "code"), [("viewer", "not_allowed"), ("reseller", "not_allowed"), ("stranger", "not_found"),
                                            ("other_owner", "not_found"), ("engineer", "not_allowed")])  # fmt: skip
def test_who_may_not_act_moves_ends_and_renews_nothing(licence, role, code):
    first = activated(cast.owner(), licence)
    someone = getattr(cast, role)()
    asking = cast.asking(someone)
    assert _refused(_move, someone, first.id, "b")[0] == code
    assert _refused(actions.end_activation, activation_id=first.id, **asking)[0] == code
    assert _refused(actions.renew_files, activation_id=first.id, **asking)[0] == code


@pytest.mark.parametrize("number", [0, -5, 987654, 2**63, 10**30])
def test_an_activation_that_does_not_exist_is_not_found(licence, number):
    assert _refused(actions.end_activation, activation_id=number, **cast.asking(cast.owner()))[0] == "not_found"


# --- what is read -------------------------------------------------------------------------------------------------


def test_the_latest_report_at_or_before_a_day_is_what_counts(licence):
    someone = cast.owner()
    first, other = activated(someone, licence, "a", 3), activated(someone, licence, "b", 2)
    for days, installed, place in ((0, 3, first), (2, 4, first), (1, 2, other)):
        at = cast.AT + timedelta(days=days)
        actions.check_in(who=cast.who(someone), activation_id=place.id, at=at,
                         report=Report(installed=installed, version="9.4", clock=at))  # fmt: skip
    actions.end_activation(activation_id=other.id, **cast.asking(someone, cast.AT + timedelta(days=3)))

    def counted(day: int) -> dict[str, int]:
        rows = queries.reported(who=cast.who(someone), on=date(2026, 11, 24) + timedelta(days=day))
        return {row.host: row.installed for row in rows}

    assert [counted(day) for day in (-1, 0, 1, 2, 3, 400)] == [
        {}, {"a": 3}, {"a": 3, "b": 2}, {"a": 4, "b": 2}, {"a": 4}, {"a": 4},
    ]  # fmt: skip
    assert queries.reported(who=cast.who(cast.other_owner()), on=date(2026, 12, 24)) == ()


def test_the_machines_of_a_page_are_read_by_one_query_however_many(licence):
    someone = cast.owner()
    counts = []
    for hosts in (1, 6):
        for n in range(hosts):
            activated(someone, licence, f"{hosts}-{n}")
        with CaptureQueriesContext(connection) as asked:
            queries.machines(asset_id=licence.id, live=True)
        counts.append(len(asked))
    page = queries.machines(asset_id=licence.id, live=True, limit=4)
    rest = queries.machines(asset_id=licence.id, live=True, limit=4, after=page.next)
    assert (counts, [row.host for row in page.rows + rest.rows], rest.next) == (
        [1, 1], ["6-5", "6-4", "6-3", "6-2", "6-1", "6-0", "1-0"], "",
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_no_more_is_in_use_than_there_is_and_files_follow_the_machines(licence, seed):
    chance = Random(seed)
    someone, care = cast.owner(), cast.care_agent()
    for step in range(60):
        at = cast.AT + timedelta(days=step)
        live = list(Activation.objects.filter(ended_at=None).values_list("id", flat=True))
        act = chance.choice(["begin", "begin", "move", "end"] if live else ["begin"])
        with suppress(Refused):
            if act == "begin":
                activated(someone, licence, f"h{chance.randrange(8)}", chance.randint(1, 5), at=at)
            elif act == "move":
                who = chance.choice([someone, care])
                actions.move_activation(
                    activation_id=chance.choice(live),
                    machine=on(f"h{chance.randrange(8)}"),
                    why="w",
                    **cast.asking(who, at),
                )
            else:
                actions.end_activation(activation_id=chance.choice(live), **cast.asking(someone, at))
        rows = Activation.objects.filter(ended_at=None)
        standing = queries.standing_of(asset_id=licence.id)
        assert standing.used == sum(row.units for row in rows) <= 10
        hosts = [row.host for row in rows]
        assert len(hosts) == len(set(hosts))
        files = LicenceFile.objects.filter(withdrawn_at=None).select_related("activation")
        told = [verify(queries.bytes_of_file(who=None, number=file.number).content, keys=_keys()) for file in files]
        assert sorted((each.host, each.quantity) for each in told) == sorted((row.host, row.units) for row in rows)
