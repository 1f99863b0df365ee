"""Keys change and files stay: rotation, withdrawal, the list that products fetch."""

import stat
from datetime import date, timedelta

import pytest

from tenure.activation import actions, jobs, keyring, queries
from tenure.activation.actions import keys as key_actions
from tenure.activation.models import LicenceFile, RevocationList, SigningKey
from tenure.activation.words import KeyState
from tenure.entitlements.models import Asset
from tenure.journal.models import Entry
from tenure.journal.words import COMMAND
from tenure.toolbox.refused import Refused
from tenure_licence import Fault, Invalid, Keys, verify, verify_list
from tests import cast, estate
from tests.activation.conftest import activated

pytestmark = pytest.mark.django_db
BY = {"at": cast.AT, "by": COMMAND}
LATER = cast.AT + timedelta(hours=1)


def _trusted() -> Keys:
    rows = queries.signing_keys()
    return Keys([row.public for row in rows if row.state is not KeyState.WITHDRAWN],
                [row.public for row in rows if row.state is KeyState.WITHDRAWN])  # fmt: skip


def _states() -> dict[str, KeyState]:
    return {row.key_id: row.state for row in queries.signing_keys()}


def _bytes(number: str) -> bytes:
    return queries.bytes_of_file(who=None, number=number).content


def test_the_private_key_is_a_file_that_its_owner_alone_may_read(licence, keys_folder):
    activated(cast.owner(), licence)
    [key] = SigningKey.objects.all()
    kept = keyring.path_of(keys_folder, key.key_id)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path for path in keys_folder.iterdir() if path.suffix != ".pem"] == []


def test_a_rotation_signs_anew_and_leaves_serials_and_numbers_alone(licence):
    [file] = activated(cast.owner(), licence).files
    old = verify(file.content, keys=_trusted())
    key = actions.rotate_key(at=LATER, by=COMMAND)
    assert (actions.sign_again(at=LATER), actions.sign_again(at=LATER)) == (1, 0)
    new = verify(_bytes(file.number), keys=_trusted())
    assert (new.key_id, old.key_id != key) == (key, True)
    assert {**new.facts, "key_id": ""} == {**old.facts, "key_id": ""}
    assert verify(file.content, keys=_trusted()) == old  # what was fetched before still holds
    assert _states() == {old.key_id: KeyState.RETIRED, key: KeyState.SIGNS}


def test_a_rotation_of_many_files_takes_batches_and_signs_each_once(licence, monkeypatch):
    monkeypatch.setattr(key_actions, "BATCH", 3)
    someone = cast.owner()
    for n in range(8):
        activated(someone, licence, f"host-{n}")
    actions.rotate_key(**BY)
    assert actions.sign_again(at=LATER) == 8
    assert {
        verify(_bytes(number), keys=_trusted()).key_id
        for number in LicenceFile.objects.values_list("number", flat=True)
    } == {SigningKey.objects.latest("id").key_id}


def test_a_prepared_key_is_published_and_signs_only_after_the_rotation(licence):
    first = key_actions.signer(at=cast.AT).key_id
    prepared = actions.prepare_key(**BY)
    assert _states() == {first: KeyState.SIGNS, prepared: KeyState.PREPARED}
    [file] = activated(cast.owner(), licence).files
    assert verify(file.content, keys=_trusted()).key_id == first
    assert actions.rotate_key(at=LATER, by=COMMAND) == prepared
    assert _states() == {first: KeyState.RETIRED, prepared: KeyState.SIGNS}


def test_a_withdrawn_key_is_on_the_list_and_another_signs_at_once(licence):
    [file] = activated(cast.owner(), licence).files
    old = verify(file.content, keys=_trusted()).key_id
    new = actions.withdraw_key(key_id=old, why="the disk was stolen", at=LATER, by=COMMAND)
    assert _states() == {old: KeyState.WITHDRAWN, new: KeyState.SIGNS}
    assert actions.sign_again(at=LATER) == 1
    assert verify(_bytes(file.number), keys=_trusted()).key_id == new
    told = verify_list(actions.revocation_list(at=LATER)[1], keys=_trusted())
    assert told.keys == {old}
    with pytest.raises(Invalid) as no:
        verify(file.content, keys=_trusted())
    assert no.value.fault is Fault.KEY_WITHDRAWN


@pytest.mark.parametrize(("key_id", "why", "code"), [("", "x", "not_found"), ("nothing", "x", "not_found"), ("own", " ", "why_missing"),
                                                     ("own", "", "why_missing")])  # fmt: skip
def test_a_key_is_withdrawn_with_a_reason_and_once(licence, key_id, why, code):
    own = key_actions.signer(at=cast.AT).key_id
    entries = Entry.objects.count()
    with pytest.raises(Refused) as no:
        actions.withdraw_key(key_id=own if key_id == "own" else key_id, why=why, **BY)
    assert (no.value.code.value, _states(), Entry.objects.count()) == (code, {own: KeyState.SIGNS}, entries)
    actions.withdraw_key(key_id=own, why="once", **BY)
    with pytest.raises(Refused) as no:
        actions.withdraw_key(key_id=own, why="twice", **BY)
    assert no.value.code.value == "key_withdrawn"


def test_without_the_private_key_nothing_is_issued_and_nothing_changes(licence, keys_folder):
    key = key_actions.signer(at=cast.AT)
    keyring.private_key.cache_clear()
    keyring.path_of(keys_folder, key.key_id).unlink()
    before = Entry.objects.count()
    with pytest.raises(Refused) as no:
        activated(cast.owner(), licence)
    assert (no.value.code.value, LicenceFile.objects.count(), Entry.objects.count()) == ("key_unreadable", 0, before)


def test_a_key_file_that_holds_another_key_is_not_used(keys_folder):
    one, other = (keyring.made(keys_folder) for _ in range(2))
    from tenure_licence import key_id_of

    keyring.path_of(keys_folder, key_id_of(one)).write_bytes(
        keyring.path_of(keys_folder, key_id_of(other)).read_bytes()
    )
    with pytest.raises(keyring.Unreadable, match="another key"):
        keyring.private_key(keys_folder, key_id_of(one))


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_is_published_anew_when_something_was_withdrawn_or_half_its_time_is_over(licence):
    number, content = actions.revocation_list(at=cast.AT)
    told = verify_list(content, keys=_trusted())
    assert (number, told.number, told.licences, told.fresh_until - told.issued_at) == (
        1,
        1,
        frozenset(),
        timedelta(days=7),
    )
    assert actions.revocation_list(at=cast.AT + timedelta(days=3)) == (1, content)
    assert actions.revocation_list(at=cast.AT + timedelta(days=3, hours=12))[0] == 2
    [file] = activated(cast.owner(), licence).files
    actions.withdraw_file(number=file.number, why="sent to a wrong customer", **cast.asking(cast.care_agent()))
    number, content = actions.revocation_list(at=cast.AT + timedelta(days=4))
    assert (number, verify_list(content, keys=_trusted()).licences) == (3, {file.number})


def test_a_list_signed_by_a_withdrawn_key_is_replaced_at_once(licence):
    actions.revocation_list(at=cast.AT)
    actions.withdraw_key(key_id=key_actions.signer(at=cast.AT).key_id, why="lost", **BY)
    assert actions.revocation_list(at=cast.AT)[0] == 2
    assert RevocationList.objects.count() == 2


# --- what care does -----------------------------------------------------------------------------------------------


def test_care_gives_a_file_for_any_machine_with_a_reason(licence):
    asking = cast.asking(cast.care_agent())
    [file] = actions.issue_file_for_any_machine(serial="M1000000001", why="closed network", **asking)
    told = verify(file.content, keys=_trusted())
    assert (told.host, told.quantity) == (None, 10)
    with pytest.raises(Refused) as no:
        actions.issue_file_for_any_machine(serial="M1000000001", why="  ", **asking)
    assert no.value.code.value == "why_missing"


@pytest.mark.parametrize(("role", "code"), [("owner", "not_allowed"), ("engineer", "not_allowed"), ("other_owner", "not_found"),
                                            ("reseller", "not_allowed"), ("stranger", "not_found")])  # fmt: skip
def test_only_care_gives_such_files_and_withdraws_any(licence, role, code):
    [file] = activated(cast.technical(), licence).files
    asking = cast.asking(getattr(cast, role)())
    entries = Entry.objects.count()
    for act in (
        lambda: actions.issue_file_for_any_machine(serial="M1000000001", why="x", **asking),
        lambda: actions.withdraw_file(number=file.number, why="x", **asking),
    ):
        with pytest.raises(Refused) as no:
            act()
        assert no.value.code.value == code
    assert (LicenceFile.objects.filter(withdrawn_at=None).count(), Entry.objects.count()) == (1, entries)


def test_a_file_is_read_by_its_customer_and_by_staff_and_by_nobody_else(licence):
    [file] = activated(cast.technical(), licence).files
    read = {
        role: queries.bytes_of_file(who=cast.who(getattr(cast, role)()), number=file.number) is not None
        for role in ("owner", "viewer", "purchasing", "reseller", "stranger", "other_owner", "engineer")
    }
    assert [role for role, may in read.items() if may] == ["owner", "viewer", "purchasing", "engineer"]


@pytest.mark.parametrize("purpose", ["trial", "not_for_resale", "temporary"])
def test_a_file_is_marked_by_its_purpose(licence, purpose):
    Asset.objects.filter(id=licence.id).update(purpose=purpose)
    [file] = activated(cast.owner(), licence).files
    told = verify(file.content, keys=_trusted())
    ends = None if purpose == "not_for_resale" else date(2027, 3, 31)
    assert (told.purpose, told.use_ends_on) == (purpose, ends)


def test_a_subscription_may_be_used_as_long_as_it_is_paid(licence):
    Asset.objects.filter(id=licence.id).update(licence_kind="subscription")
    told = verify(activated(cast.owner(), licence).files[0].content, keys=_trusted())
    assert (told.use_starts_on, told.use_ends_on) == (date(2026, 4, 1), date(2027, 3, 31))


def test_years_are_counted_from_the_first_day_over_leap_days(licence):
    leap = estate.asset(cast.aster(), "M1000000008")
    estate.term(leap, date(2028, 2, 29), date(2032, 2, 29))
    files = activated(cast.owner(), leap).files
    assert [(f.starts_on, f.ends_on) for f in files] == [
        (date(2028, 2, 29), date(2029, 2, 27)), (date(2029, 2, 28), date(2030, 2, 27)),
        (date(2030, 2, 28), date(2031, 2, 27)), (date(2031, 2, 28), date(2032, 2, 28)),
    ]  # fmt: skip


def test_the_jobs_issue_codes_and_sign_anew_and_publish(licence):
    [file] = activated(cast.owner(), licence).files
    estate.term(licence, date(2027, 4, 1), date(2028, 4, 1))
    jobs.issue(0)
    assert len(queries.codes_of(licensed=queries.licensed_of(asset_id=licence.id, at=cast.AT))) == 2
    key = actions.rotate_key(**BY)
    jobs.sign()
    assert verify(_bytes(file.number), keys=_trusted()).key_id == key
    jobs.sign_rest(0)
    assert RevocationList.objects.count() == 1
