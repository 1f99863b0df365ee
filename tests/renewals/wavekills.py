"""The drill `wave`: workers that make notices and write letters are killed at random; none comes twice, none is missed."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

DAYS = (
    20  # the terms end on so many days, one after the other: on each a wave, which tells its step and catches up others
)
WORKER = """
import sys
from datetime import date, datetime, UTC
import django
django.setup()
from tenure.journal.words import JOB
from tenure.renewals.actions.letters import write_notices
from tenure.renewals.actions.waves import run_wave
at = datetime.now(UTC)
print("ready", flush=True)
run_wave(on=date.fromisoformat(sys.argv[1]), at=at, by=JOB)
write_notices(at=at)
print("done", flush=True)
"""


def main() -> int:
    """Kill so many workers in the middle of their work, let one finish, and count; an error when a count is wrong."""
    parser = argparse.ArgumentParser(prog="bin/drill wave")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--customers", type=int, default=400)
    parser.add_argument("--longest", type=float, default=0.4, help="seconds that a worker lives at most")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    from tenure.config import embedded

    data = Path(tempfile.mkdtemp(prefix="tenure-wave-"))
    data.chmod(0o711)
    try:
        urls = embedded.ensure(data, fsync=False)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tenure.config.settings", TENURE_DATA=str(data), DATABASE_URL=urls.owner,
            DATABASE_OWNER_URL=urls.owner,
        )  # fmt: skip
        return _drill(given)
    finally:
        embedded.stop(data)
        shutil.rmtree(data)


def _drill(given: argparse.Namespace) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests import estate
    from tests.renewals import test_letters as letters
    from tests.renewals.test_waves import LAST

    estate.policy()
    letters.customers(given.customers, days=DAYS)
    chance, killed, n = random.Random(given.seed), 0, 0
    while n < DAYS or killed < given.kills:
        worker = _begin(str(LAST + timedelta(days=min(n, DAYS - 1) - 30)))
        assert worker.stdout is not None
        worker.stdout.readline()
        if killed < given.kills:
            time.sleep(chance.uniform(0, given.longest))
            if worker.poll() is None:
                worker.send_signal(signal.SIGKILL)
                killed += 1
        said = worker.communicate()[1]
        if worker.returncode not in (0, -signal.SIGKILL):
            sys.stderr.write(f"{said}A worker of the drill ended by itself with {worker.returncode}.\n")
            return 1
        n += worker.returncode == 0  # a day whose worker was killed is tried again, or the next day catches it up
    return _told(killed)


def _begin(on: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, on], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _told(killed: int) -> int:
    from django.db import connection

    from tenure.entitlements.models import Asset
    from tenure.outbox.models import Mail
    from tenure.renewals.models import Notice, NoticeLetter

    connection.close()
    due = _due(list(Asset.objects.values_list("serial_number", "organisation_id", "chain_ends_on")))
    made = list(Notice.objects.values_list("asset__serial_number", "organisation_id", "step"))
    waiting = Notice.objects.filter(written_at=None).count()
    mails = set(Mail.objects.filter(kind="renewals.terms_end").values_list("id", flat=True))
    proofs = list(NoticeLetter.objects.values_list("notice", "address", "mail"))
    twice = len(made) - len(set(made)) + len(proofs) - len({(notice, address) for notice, address, _ in proofs})
    missed = len(due - set(made)) + 2 * len(made) - len(proofs)
    stray = len(set(made) - due) + len(mails ^ {mail for _, _, mail in proofs})
    stray += abs(len(mails) - 2 * len({(customer, step) for _, customer, step in due}))
    wrong = bool(waiting or twice or missed or stray)
    told = (
        f"{killed} workers killed; {len(due)} notices due, {len(made)} made, {waiting} unwritten, {len(mails)} letters"
    )
    sys.stdout.write(f"{told}; {twice} twice, {missed} missed, {stray} stray: {'WRONG' if wrong else 'right'}\n")
    return int(wrong)


def _due(assets: list[tuple[str, int, date]]) -> set[tuple[str, int, int]]:
    """By the rule: serial number, customer and step of whatever the waves of these days have to tell."""
    from tenure.policy.queries import policy_on
    from tenure.renewals.rules.schedule import Period, expanded, told_on
    from tests.renewals.test_waves import LAST

    version = policy_on(LAST)
    steps = expanded([Period(policy=version.policy, number=version.number)])
    found = set()
    for n in range(DAYS):
        on = LAST + timedelta(days=n - 30)
        for serial, customer, ends in assets:
            last = ends - timedelta(days=1)
            told = told_on(last_day=last, on=on, kind="software", size="small", region="EMEA", steps=steps)
            if told is not None:
                found.add((serial, customer, told.step))
    return found


if __name__ == "__main__":
    sys.exit(main())
