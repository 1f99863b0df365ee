"""The journal is append-only, sealed without making a writer wait, and shows where it was broken."""

import threading
import time
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tenure.journal import actions
from tenure.journal.actions import record
from tenure.journal.models import Entry, Seal, Unsealed
from tenure.journal.queries import history, verify
from tenure.journal.words import COMMAND, Actor, Fault, Proof

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ANNA = Actor(kind="person", id="12", name="Anna", on_behalf_of="organisation:4")

pytestmark = pytest.mark.django_db(transaction=True)


def tell(subject: str, **facts: object) -> None:
    record(verb="asset.registered", subject=("asset", subject), at=AT, by=ANNA, facts=facts, why="asked by phone")


def numbers() -> list[int]:
    return list(Entry.objects.order_by("id").values_list("id", flat=True))


def seal(*, at: datetime) -> int:
    """Seal once whoever else works in this server has finished: their open transactions put off what is sealed."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not _is_settled():
        time.sleep(0.02)
    return actions.seal(at=at)


def _is_settled() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(max(e.transaction), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " FROM journal_entry e JOIN journal_unsealed u ON u.entry_id = e.id"
        )
        return bool(cursor.fetchone()[0])


def tamper(statement: str, *values: object) -> None:
    """Change the tables as a database administrator could, with the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER; ALTER TABLE journal_seal DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER; ALTER TABLE journal_seal ENABLE TRIGGER USER")


@pytest.mark.parametrize("table", ["journal_entry", "journal_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_entries_and_seals_refuse_to_be_changed_or_removed(table, statement):
    tell("M1")
    seal(at=AT)
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert (Entry.objects.count(), Seal.objects.count()) == (1, 1)


def test_an_entry_vanishes_with_the_transaction_of_its_act():
    with transaction.atomic():
        tell("M1")
        transaction.set_rollback(True)
    assert (Entry.objects.count(), Unsealed.objects.count()) == (0, 0)


def test_sealed_entries_are_proved_and_the_unsealed_tail_is_counted():
    tell("M1", euros="12.50", when=1.5, nested={"b": [1, None], "a": "ü"})
    tell("M2")
    assert seal(at=AT) == 2
    tell("M3")
    head = bytes(Seal.objects.get().digest).hex()
    assert verify() == Proof(seals=1, sealed=2, tail=1, head=head)


def test_a_second_seal_goes_on_from_the_first_and_nothing_is_sealed_twice():
    tell("M1")
    assert [seal(at=AT), seal(at=AT)] == [1, 0]
    tell("M2")
    assert seal(at=AT) == 1
    first, second = Seal.objects.order_by("id")
    assert (bytes(first.previous), bytes(second.previous)) == (b"", bytes(first.digest))
    assert [*first.entries, *second.entries] == numbers()


def test_a_running_transaction_is_left_for_the_next_seal_and_does_not_wait():
    told, sealed = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            tell("slow")
            told.set()
            assert sealed.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert told.wait(20)
    tell("quick")
    early = seal(at=AT)
    sealed.set()
    thread.join()
    assert early == 0  # "quick" came after the start of "slow"
    assert seal(at=AT) == 2
    assert verify().holds


def test_two_sealers_at_once_seal_every_entry_once():
    for number in range(40):
        tell(f"M{number}")
    sealed: list[int] = []

    def work() -> None:
        sealed.append(seal(at=AT))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed) == [0, 0, 0, 40]
    assert verify().sealed == 40


def test_entries_written_by_another_server_before_a_restore_are_sealed():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (at, actor, on_behalf_of, verb, subject_kind, subject, facts, why, transaction)"
            " VALUES (now(), 'job', '', 'x.y', 'x', '1', '{}', '', 9000000000)"
        )
    assert seal(at=AT) == 1


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE journal_entry SET facts = '{\"a\": 2}' WHERE id = %s", Fault.ENTRY_ALTERED),
        (
            "UPDATE journal_entry SET written_at = written_at + interval '1 microsecond' WHERE id = %s",
            Fault.ENTRY_ALTERED,
        ),
        ("DELETE FROM journal_entry WHERE id = %s", Fault.ENTRY_REMOVED),
    ],
)
def test_the_first_altered_or_removed_entry_is_named(statement, fault):
    for number in range(3):
        tell(f"M{number}", a=1)
    seal(at=AT)
    second = numbers()[1]
    tamper(statement, second)
    proof = verify()
    assert (proof.fault, proof.entry, proof.sealed) == (fault, second, 0)


def test_an_entry_slipped_in_past_the_seals_is_named():
    tell("M1")
    seal(at=AT)
    tell("M2")
    Unsealed.objects.all().delete()
    assert (verify().fault, verify().entry) == (Fault.ENTRY_OUTSIDE, numbers()[1])


def test_a_removed_seal_breaks_the_chain_at_the_next():
    for name in ("M1", "M2", "M3"):
        tell(name)
        seal(at=AT)
    tamper("DELETE FROM journal_seal WHERE id = %s", Seal.objects.order_by("id")[1].id)
    assert (verify().fault, verify().entry) == (Fault.CHAIN_BROKEN, numbers()[2])


def test_a_forged_mark_does_not_hide_an_alteration():
    tell("M1", a=1)
    seal(at=AT)
    tamper("UPDATE journal_seal SET digest = %s", b"\0" * 32)
    assert verify().fault is Fault.SEAL_ALTERED


def test_a_history_is_of_one_subject_newest_first():
    tell("M1", step=1)
    tell("M2")
    record(verb="asset.moved", subject=("asset", "M1"), at=AT, by=COMMAND)
    lines = history(subject_kind="asset", subject="M1", limit=10)
    assert [(line.verb, line.actor, line.facts) for line in lines] == [
        ("asset.moved", "command", {}),
        ("asset.registered", "person:12", {"step": 1}),
    ]
    assert [line.verb for line in history(subject_kind="asset", subject="M1", before=lines[0].id)] == [
        "asset.registered"
    ]


def test_the_command_says_that_the_chain_holds_and_states_the_tail():
    tell("M1")
    seal(at=AT)
    tell("M2")
    out = StringIO()
    call_command("journal", "verify", stdout=out)
    head = bytes(Seal.objects.get().digest).hex()
    assert out.getvalue() == f"The journal holds: 1 entry in 1 seal, 1 not sealed yet. Head {head}\n"


def test_the_command_ends_with_1_and_names_the_broken_entry():
    tell("M1")
    seal(at=AT)
    tamper("DELETE FROM journal_entry")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("journal", "verify", stdout=out)
    assert ended.value.code == 1
    assert f"entry {Seal.objects.get().entries[0]}: it was removed" in out.getvalue()
