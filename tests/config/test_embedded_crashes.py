"""The embedded database after crashes, on damaged folders and in awkward places."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from tenure.config import embedded
from tenure.config.embedded.account import account_for
from tenure.config.embedded.words import Layout
from tests.config.houses import House, ask, keeper_of, postmaster_pid, until


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_a_killed_server_comes_back_under_its_living_holder(house: House):
    data = house.folder()
    holder = house.hold(data, mode="fsync")
    ask(holder.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    before = postmaster_pid(data)
    kill(before)
    until(lambda: answers(holder.app) and postmaster_pid(data) != before)
    assert ask(holder.app, "SELECT n FROM kept") == [(7,)]


def test_a_killed_keeper_leaves_the_server_and_is_replaced(house: House):
    data = house.folder()
    first = house.hold(data)
    before = keeper_of(Layout.of(data))
    kill(before)
    until(lambda: not embedded.status(data).kept)
    assert answers(first.app)
    second = house.hold(data)
    until(lambda: keeper_of(Layout.of(data)) not in (None, before))
    first.end(signal.SIGKILL)
    second.end(signal.SIGKILL)
    until(lambda: not embedded.status(data).running)


def test_all_killed_at_once_loses_no_committed_row(house: House):
    data = house.folder()
    holder = house.hold(data, mode="fsync")
    ask(holder.owner, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    kill(keeper_of(Layout.of(data)))
    kill(postmaster_pid(data))
    holder.end(signal.SIGKILL)
    assert ask(house.hold(data).app, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_reused_process_number_neither_blocks_the_start_nor_gets_a_signal(house: House):
    data = house.folder()
    holder = house.hold(data, mode="fsync")
    layout = Layout.of(data)
    account = account_for(layout)
    kill(keeper_of(layout))
    kill(postmaster_pid(data))
    holder.end(signal.SIGKILL)
    stranger = subprocess.Popen(
        ["sleep", "600"],
        user=account.uid if account.is_other else None,
        cwd="/",
    )
    try:
        lock_file = layout.cluster / "postmaster.pid"
        lock_file.write_text("\n".join([str(stranger.pid), *lock_file.read_text().splitlines()[1:]]) + "\n")
        assert not embedded.status(data).running
        embedded.stop(data)
        assert answers(house.hold(data).app)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_that_lost_its_socket_is_started_anew(my_house: House):
    data = my_house.folder()
    holder = my_house.hold(data)
    before = postmaster_pid(data)
    (Layout.of(data).place / "run" / ".s.PGSQL.5432").unlink()
    assert not answers(holder.app)
    assert answers(my_house.hold(data).app)
    assert postmaster_pid(data) != before


def test_a_start_that_was_killed_half_way_is_made_good(my_house: House):
    data = my_house.folder()
    layout = Layout.of(data)
    holder = my_house.begin(data)
    until(lambda: any(layout.place.glob(f"{layout.partial.name}.*/PG_VERSION")))
    holder.end(signal.SIGKILL)
    assert answers(my_house.hold(data).app)
    assert (layout.cluster / "PG_VERSION").exists()


def test_roles_that_were_not_finished_are_finished_by_the_next_start(my_house: House):
    data = my_house.folder()
    holder = my_house.hold(data)
    ask(holder.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    holder.end(signal.SIGTERM)
    until(lambda: not embedded.status(data).running)
    Layout.of(data).ready.unlink()
    assert ask(my_house.hold(data).app, "SELECT n FROM kept") == [(7,)]


def damage_control_file(layout: Layout) -> None:
    (layout.cluster / "global" / "pg_control").write_bytes(b"\0" * 8192)


def damage_version(layout: Layout) -> None:
    (layout.cluster / "PG_VERSION").write_text("14\n")


def damage_passwords(layout: Layout) -> None:
    layout.passwords.write_text("{")


def lose_passwords(layout: Layout) -> None:
    layout.passwords.unlink()


def lose_version(layout: Layout) -> None:
    (layout.cluster / "PG_VERSION").unlink()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (damage_control_file, "the embedded database in {home} does not start: "),
        (damage_version, "the database in {home}/cluster was made by PostgreSQL 14, this is 18."),
        (damage_passwords, "the file with the database's passwords is damaged: {home}/passwords.json."),
        (lose_passwords, "the passwords of the embedded database are gone: restore {home}/passwords.json."),
        (lose_version, "the embedded database in {home}/cluster is damaged: restore a backup."),
    ],
)
def test_a_damaged_folder_is_refused_in_one_sentence(my_house: House, damage, sentence: str):
    data = my_house.folder()
    my_house.hold(data).end(signal.SIGTERM)
    until(lambda: not embedded.status(data).running)
    layout = Layout.of(data)
    damage(layout)
    holder = my_house.hold(data)
    expected = sentence.format(home=layout.home)
    assert holder.refusal[: len(expected)] == expected
    assert holder.process.wait(timeout=30) == 1
    until(lambda: keeper_of(layout) is None)
    assert not embedded.status(data).running


def test_a_full_disk_is_told_and_leaves_no_half_made_cluster(my_house: House):
    data = my_house.folder()
    layout = Layout.of(data)
    full = my_house.root / "programs"  # as `initdb` behaves when the disk runs full
    full.mkdir()
    for program in my_house.programs.iterdir():
        (full / program.name).symlink_to(program)
    (full / "initdb").unlink()
    (full / "initdb").write_text(
        '#!/bin/sh\nfor last; do :; done\nmkdir -p "$last/base"\n'
        "echo 'initdb: error: could not write to file \"x\": No space left on device' >&2\nexit 1\n"
    )
    (full / "initdb").chmod(0o755)
    with pytest.raises(embedded.EmbeddedError) as caught:
        embedded.ensure(data, fsync=False, binaries=full)
    assert str(caught.value) == (
        f"the embedded database could not be created in {layout.home}: "
        'could not write to file "x": No space left on device'
    )
    assert not layout.cluster.exists()
    assert list(layout.place.glob(f"{layout.partial.name}*")) == []
    assert not embedded.status(data).held
    assert answers(my_house.hold(data).app)


def test_a_long_path_puts_the_socket_elsewhere_and_leaves_nothing_there(house: House):
    data = house.folder("d" * 60 + "/" + "e" * 60)
    holder = house.hold(data, mode="fsync")
    folder = embedded.status(data).socket_folder
    assert folder is not None
    assert folder.name.startswith("tenure-")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert answers(holder.app)
    holder.end(signal.SIGTERM)
    until(lambda: not embedded.status(data).running)
    until(lambda: not folder.exists())


def test_an_odd_path_works_too(my_house: House):
    holder = my_house.hold(my_house.folder('it\'s, "odd" $HOME %41 ä'))
    assert answers(holder.app)


def test_a_folder_that_is_a_file_is_refused(my_house: House):
    data = my_house.folder() / "file"
    data.touch()
    with pytest.raises(embedded.EmbeddedError) as caught:
        embedded.ensure(data, fsync=False)
    assert str(caught.value) == f"the embedded database in {data}/postgres cannot be used: Not a directory."


def test_root_in_a_closed_folder_keeps_the_cluster_where_the_server_can_reach_it(my_house: House):
    data = my_house.folder("closed/data")
    data.parent.chmod(0o700)
    holder = my_house.hold(data)
    layout = Layout.of(data)
    expected = Path("/var/lib/tenure") if os.geteuid() == 0 else layout.home.parent
    assert layout.place.parent == expected
    ask(holder.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    holder.end(signal.SIGTERM)
    until(lambda: not embedded.status(data).running)
    assert ask(my_house.hold(data).app, "SELECT n FROM kept") == [(7,)]


def test_a_stranger_s_folder_is_refused(house: House):
    data = house.folder()
    holder = house.hold(data, mode="fsync")
    holder.end(signal.SIGTERM)
    until(lambda: not embedded.status(data).running)
    again = house.hold(data)  # root comes back to its own, a plain user to theirs
    assert again.refusal == ""
    assert Layout.of(data).mutex.stat().st_uid == house.account.uid
