"""Licence files, checked without a server: what holds, what does not, and by which code."""

import json
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tenure_licence import (
    Fault,
    Invalid,
    Keys,
    Memory,
    canonical,
    check,
    key_id_of,
    merge,
    pem_of,
    signed_answer,
    verify,
    verify_answer,
    verify_list,
)
from tests.tenure_licence import files

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KEYS = files.keys()


def _fault(act, *args, **more) -> Fault:
    with pytest.raises(Invalid) as told:
        act(*args, **more)
    return told.value.fault


# --- files --------------------------------------------------------------------------------------------------------


def test_a_file_says_what_was_signed():
    licence = verify(files.file(), keys=KEYS)
    assert (licence.serial, licence.quantity, licence.meter, licence.ends_on, licence.use_ends_on, licence.host) == (
        "M1000000001", 5, "machines", date(2027, 3, 31), None, None,
    )  # fmt: skip
    assert licence.customer == "Åster & Söhne 株式会社"


def test_the_same_input_gives_the_same_bytes():
    assert files.file() == files.file()
    said = files.file().split(b"\n")[0]
    assert said == canonical(json.loads(said))


def test_any_one_flipped_bit_fails():
    good = files.file()
    for place in range(len(good)):
        for bit in range(8):
            edited = bytearray(good)
            edited[place] ^= 1 << bit
            with pytest.raises(Invalid):
                verify(bytes(edited), keys=KEYS)


@given(st.data())
def test_any_other_byte_anywhere_and_any_byte_more_fails(data):
    good = files.file()
    place, byte = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 255))
    edited = good[:place] + bytes([byte]) + good[place + data.draw(st.integers(0, 1)) :]
    if edited != good:
        assert _fault(verify, edited, keys=KEYS) in {
            Fault.EDITED,
            Fault.UNKNOWN_KEY,
            Fault.NOT_A_LICENCE,
            Fault.CUT_SHORT,
        }


def test_a_file_cut_anywhere_is_said_to_be_cut_short():
    good = files.file()
    cut = {_fault(verify, good[:length], keys=KEYS) for length in range(2, len(good))}
    assert cut == {Fault.CUT_SHORT}
    assert _fault(verify, b"", keys=KEYS) is Fault.CUT_SHORT


def test_an_edited_quantity_is_said_to_be_edited():
    assert _fault(verify, files.file().replace(b'"quantity":5', b'"quantity":9'), keys=KEYS) is Fault.EDITED


@pytest.mark.parametrize(
    "text", [b"hello", b"%PDF-1.7 \n" * 40, b"[1]\n" + b"x" * 200, b"\xff\xfe{\0", b"<licence/>"], ids=range(5)
)
def test_what_is_no_licence_file_is_said_to_be_none(text: bytes):
    assert _fault(verify, text, keys=KEYS) is Fault.NOT_A_LICENCE


def test_a_file_that_is_too_large_is_not_read():
    assert _fault(verify, b'{"' + b"x" * 70_000, keys=KEYS) is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "said", [b'{"' + b"[" * 30_000, b'{"a":' + b"9" * 9000 + b"}", b'{"a":"\xff"}', b'{"key_id":[]}']
)
def test_hostile_json_is_refused_and_nothing_more(said: bytes):
    signature = b64encode(bytes(64))
    assert _fault(verify, said + b"\n" + signature + b"\n", keys=KEYS) in {Fault.EDITED, Fault.UNKNOWN_KEY}


def test_a_key_that_is_not_trusted_and_one_that_was_withdrawn_are_told_apart():
    other = files.file(key=files.OTHER)
    assert _fault(verify, other, keys=KEYS) is Fault.UNKNOWN_KEY
    assert _fault(verify, other, keys=Keys([files.public()], [files.public(files.OTHER)])) is Fault.KEY_WITHDRAWN


def test_a_list_of_withdrawals_is_no_licence_and_a_licence_no_list():
    assert _fault(verify, files.withdrawals(), keys=KEYS) is Fault.NOT_A_LICENCE
    assert _fault(verify_list, files.file(), keys=KEYS) is Fault.NOT_A_LICENCE


def test_withdrawn_files_and_keys_are_refused_by_the_list():
    gone = verify_list(files.withdrawals(licences=[{"number": "LF-10000001"}]), keys=KEYS)
    both = files.keys(files.PRIVATE, files.OTHER)
    key_gone = verify_list(files.withdrawals(key=files.OTHER, keys=[{"key_id": key_id_of(files.public())}]), keys=both)
    assert _fault(verify, files.file(), keys=KEYS, revocations=gone) is Fault.LICENCE_WITHDRAWN
    assert _fault(verify, files.file(), keys=both, revocations=key_gone) is Fault.KEY_WITHDRAWN
    assert verify(files.file(number="LF-10000002"), keys=KEYS, revocations=gone).number == "LF-10000002"


def test_a_list_that_withdraws_its_own_key_is_not_believed():
    own = files.withdrawals(keys=[{"key_id": key_id_of(files.public())}])
    assert _fault(verify_list, own, keys=KEYS) is Fault.KEY_WITHDRAWN


# --- keys ---------------------------------------------------------------------------------------------------------


def test_keys_are_read_from_pem_and_from_json():
    told = [
        {"key_id": key_id_of(files.public(key)), "algorithm": "Ed25519", "public": b64encode(files.public(key)).decode(),
         "state": state}
        for key, state in ((files.PRIVATE, "signs"), (files.OTHER, "withdrawn"))
    ]  # fmt: skip
    read = Keys.read(json.dumps({"keys": told}).encode())
    pem = Keys.read((pem_of(files.public()) + pem_of(files.public(files.OTHER))).encode())
    assert (len(read), len(read.withdrawn), len(pem)) == (1, 1, 2)
    assert verify(files.file(), keys=pem) == verify(files.file(), keys=read)


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b'{"keys": []}', b'{"keys": [{"key_id": "a"}]}', b"-----BEGIN PUBLIC KEY-----", b"\xff", b"[" * 100_000,
     json.dumps({"keys": [{"key_id": "0" * 16, "algorithm": "Ed25519", "public": b64encode(bytes(32)).decode()}]}).encode(),
     generate_private_key(65537, 2048).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
     b" " * 2_000_000],
    ids=range(11),
)  # fmt: skip
def test_keys_that_cannot_be_read_are_said_so(text: bytes):
    assert _fault(Keys.read, text) is Fault.KEYS_UNREADABLE


# --- days ---------------------------------------------------------------------------------------------------------


def _merged(*data: bytes):
    return merge(verify(each, keys=KEYS) for each in data)


FIRST = files.year(1, "2026-04-01", "2027-03-31")
SECOND = files.year(2, "2027-04-01", "2028-03-31")
THIRD = files.year(3, "2028-04-01", "2029-03-31")


def test_yearly_files_merge_in_any_order_and_twice():
    for order in ((FIRST, SECOND, THIRD), (THIRD, FIRST, SECOND, FIRST)):
        merged = _merged(*order)
        assert merged.spans() == [(date(2026, 4, 1), date(2029, 3, 31))]
        assert merged.on(date(2026, 12, 24)).covered_until == date(2029, 3, 31)


def test_a_missing_year_leaves_the_shorter_span_until_it_is_added():
    assert _merged(FIRST, THIRD).on(date(2026, 12, 24)).covered_until == date(2027, 3, 31)
    gap = _merged(FIRST, THIRD).on(date(2027, 12, 24))
    assert (gap.covered, gap.why, gap.may_use) == (False, Fault.GAP, True)
    assert _merged(FIRST, THIRD, SECOND).on(date(2027, 12, 24)).covered_until == date(2029, 3, 31)


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 400)), min_size=1, max_size=5), st.integers(-5, 1200))
def test_a_day_is_covered_exactly_where_some_file_covers_it(spans, day):
    first = date(2026, 1, 1)
    days = [(first + timedelta(days=start), first + timedelta(days=start + more)) for start, more in spans]
    merged = _merged(*(files.year(n, a.isoformat(), b.isoformat()) for n, (a, b) in enumerate(days)))
    on = first + timedelta(days=day)
    holding = merged.on(on)
    assert holding.covered == any(a <= on <= b for a, b in days)
    assert (holding.why is None) == holding.covered
    if holding.covered:
        assert all(
            any(a <= on + timedelta(n) <= b for a, b in days) for n in range((holding.covered_until - on).days + 1)
        )
        assert not any(a <= holding.covered_until + timedelta(1) <= b for a, b in days)


@pytest.mark.parametrize(("day", "why", "may_use"), [
    (date(2026, 3, 31), Fault.NOT_STARTED, False), (date(2026, 4, 1), None, True), (date(2027, 3, 31), None, True),
    (date(2027, 4, 1), Fault.ENDED, True), (date(2099, 1, 1), Fault.ENDED, True),
])  # fmt: skip
def test_a_perpetual_licence_is_used_on_when_its_maintenance_has_ended(day, why, may_use):
    holding = _merged(FIRST).on(day)
    assert (holding.why, holding.may_use, holding.use_until) == (why, may_use, None)


def test_a_file_about_use_alone_says_that_maintenance_has_not_started():
    holding = _merged(files.file(starts_on=None, ends_on=None, level="", family="")).on(date(2026, 12, 24))
    assert (holding.covered, holding.why, holding.may_use) == (False, Fault.NOT_STARTED, True)


@pytest.mark.parametrize("purpose", ["production", "trial", "temporary"])
def test_a_licence_for_a_time_is_not_used_after_it(purpose):
    merged = _merged(files.file(use_ends_on="2027-03-31", purpose=purpose))
    assert [merged.on(day).may_use for day in (date(2027, 3, 31), date(2027, 4, 1))] == [True, False]
    assert (merged.on(date(2027, 4, 1)).use_until, merged.on(date(2027, 4, 1)).purpose) == (date(2027, 3, 31), purpose)


def test_of_two_files_for_one_day_the_later_issued_speaks():
    newer = files.file(number="LF-2", quantity=3, issued_at="2026-12-01T00:00:00Z")
    assert _merged(newer, files.file()).on(date(2026, 12, 24)).quantity == 3


def test_files_of_two_serials_or_two_machines_do_not_merge():
    one, other = files.file(host="a"), files.file(number="LF-2", host="b")
    assert _fault(_merged, files.file(), files.file(number="LF-2", serial="M2")) is Fault.OTHER_SERIAL
    assert _fault(_merged, one, other) is Fault.OTHER_HOST
    assert _merged(one, files.file(number="LF-3")).on(date(2026, 12, 24)).covered
    assert _fault(merge, []) is Fault.NOT_A_LICENCE


# --- the whole check ----------------------------------------------------------------------------------------------


def _check(*data: bytes, now: datetime = NOW, memory: Memory = Memory(), **more):
    return check(data, keys=KEYS, now=now, memory=memory, **more)


def test_a_check_says_what_holds_and_remembers_the_time():
    standing = _check(FIRST)
    assert (standing.holding.covered, standing.memory, standing.faults) == (True, Memory(NOW, 0), {})


def test_a_clock_that_was_set_back_is_noticed_by_memory_files_and_list():
    memory = _check(FIRST, now=NOW + timedelta(days=30)).memory
    back = Fault.CLOCK_SET_BACK
    revocations = verify_list(files.withdrawals(issued_at="2027-01-01T00:00:00Z"), keys=KEYS)
    assert _fault(_check, FIRST, memory=memory) is back
    assert _fault(_check, FIRST, now=datetime(2026, 11, 20, tzinfo=UTC)) is back
    assert _fault(_check, FIRST, revocations=revocations) is back
    assert _check(FIRST, now=NOW + timedelta(days=29, hours=20), memory=memory).memory == memory


def test_a_check_within_the_slack_never_moves_the_memory_back():
    memory = Memory(NOW, 2)
    assert _check(FIRST, now=NOW - timedelta(hours=25), memory=memory).memory.seen_at == NOW


def test_an_older_list_is_refused_and_a_stale_one_is_told():
    told = verify_list(files.withdrawals(), keys=KEYS)
    assert _fault(_check, FIRST, memory=Memory(NOW, 4), revocations=told) is Fault.LIST_OLDER
    assert _check(FIRST, revocations=told).memory.list_number == 3
    assert [_check(FIRST, now=NOW + timedelta(days=d), revocations=told).list_is_stale for d in (1, 20)] == [
        False,
        True,
    ]


def test_files_that_do_not_hold_are_left_out_and_told_by_their_place():
    standing = _check(FIRST[:-5], FIRST, files.file(number="LF-9", host="elsewhere"), host="here")
    assert (standing.faults, standing.holding.covered) == ({0: Fault.CUT_SHORT, 2: Fault.OTHER_HOST}, True)
    assert _fault(_check, FIRST[:-5]) is Fault.CUT_SHORT
    assert _fault(_check) is Fault.NOT_A_LICENCE


def test_a_day_is_that_of_the_licences_zone():
    late = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)  # already 1 April in Berlin
    assert _check(FIRST, now=late).holding.day == date(2027, 4, 1)
    assert _check(files.file(zone="Nowhere/Nothing"), now=late).holding.day == date(2027, 3, 31)


# --- answers ------------------------------------------------------------------------------------------------------


def test_an_answer_of_the_api_is_verified_however_it_is_laid_out():
    answer = signed_answer({"serial": "M1", "on": "2026-11-24", "n": [1, None, True, "é"]},
                           key_id=key_id_of(files.public()), signer=files.PRIVATE)  # fmt: skip
    for text in (
        json.dumps(answer),
        json.dumps(answer, indent=2, sort_keys=True),
        json.dumps(answer, ensure_ascii=False),
    ):
        assert verify_answer(text.encode(), keys=KEYS) == {key: answer[key] for key in ("serial", "on", "n")}
    answer["n"] = [2]
    assert _fault(verify_answer, json.dumps(answer).encode(), keys=KEYS) is Fault.EDITED


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"signature": 1}', b'{"signature": {"value": 1}}', b"[" * 100_000,
                                  b'{"a": 1.5, "signature": {"value": "", "key_id": ""}}'])  # fmt: skip
def test_an_answer_that_is_none_is_said_to_be_none(text: bytes):
    assert _fault(verify_answer, text, keys=KEYS) is Fault.NOT_A_LICENCE


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, {1: 2}, {"é": 1}, object(), b"x"])
def test_what_has_no_canonical_form_is_not_written(value):
    with pytest.raises(ValueError, match=r"canonical form|ASCII"):
        canonical({"a": value})


def test_the_canonical_form_is_that_of_rfc_8785():
    said = canonical({"b": "\u20ac$\u000f\nA'B\"\\/", "a": [None, True, -0, 2**53 - 1], "A": {}})
    assert said == '{"A":{},"a":[null,true,0,9007199254740991],"b":"€$\\u000f\\nA\'B\\"\\\\/"}'.encode()
