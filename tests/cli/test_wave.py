"""`tenure wave`: what it prints, that it repeats nothing, and what it refuses."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from tenure.renewals.models import Notice
from tests import cast, estate
from tests.renewals.test_waves import LAST, owned


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("wave", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_it_counts_by_step_and_region_and_a_second_run_sends_nothing() -> None:
    estate.policy()
    cast.owner()
    owned(), owned("M1000000002")
    day = str(LAST - timedelta(days=30))
    lines = run("--on", day, "--dry-run").splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "30 days before EMEA 2", "2 notices would be made, 1 letter would be written.",
    ]  # fmt: skip
    assert Notice.objects.count() == 0
    assert run("--on", day).splitlines()[-1] == "2 notices made, 1 letter written."
    assert run("--on", day) == "0 notices made, 0 letters written.\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "code"), [("2027-02-30", 2), ("tomorrow", 2), ("9999-12-31", 1), ("0001-01-01", 1)]
)  # fmt: skip
def test_a_day_that_is_none_or_too_far_is_refused(day: str, code: int) -> None:
    estate.policy()
    with pytest.raises(CommandError) as refused:
        run("--on", day)
    assert (refused.value.returncode, Notice.objects.count()) == (code, 0)


@pytest.mark.django_db
def test_without_a_policy_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="policy_no_version: apply a policy first"):
        run("--on", "2027-03-01")
