"""`tenure policy`: check, diff, simulate and apply."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from django.core.management import CommandError, call_command

from tenure.journal.words import COMMAND
from tenure.policy import actions
from tenure.policy.actions import apply_policy
from tenure.policy.models import PolicyVersion
from tenure.policy.queries import policy_numbered
from tests import cast, estate
from tests.renewals.test_waves import owned

FILE: Final = Path(__file__).parents[2] / "policy" / "standard.toml"
STANDARD: Final = FILE.read_text(encoding="utf-8")
CHANGED: Final = STANDARD.replace('first_response = "next business day"', 'first_response = "4 business hours"', 1)
SENTENCE: Final = "  Basic, severity 3: first response changes from the next business day to 4 business hours.\n"


def run(*words: str) -> str:
    out = StringIO()
    call_command("policy", *words, stdout=out)
    return out.getvalue()


def refused(*words: str) -> tuple[str, str]:
    """What stands on standard output, and the last word, of a command that ends with exit code 1."""
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("policy", *words, stdout=out)
    assert refusal.value.returncode == 1
    return out.getvalue(), str(refusal.value)


@pytest.fixture
def changed(tmp_path) -> str:
    file = tmp_path / "changed.toml"
    file.write_text(CHANGED, encoding="utf-8")
    return str(file)


@pytest.fixture
def near(monkeypatch) -> None:
    """Freezes one place instead of the whole world, which takes seconds."""
    monkeypatch.setattr(actions, "every_subdivision", lambda: (("FR", ""),))
    monkeypatch.setattr(actions, "every_zone", lambda: ("Europe/Paris",))


def test_a_sound_file_is_told_in_one_line() -> None:
    assert run("check", str(FILE)) == (
        f"{FILE}: Standard policy, edition 2026.1, is sound: 7 levels, 4 severities, 5 regions, 249 countries,"
        " 10 languages, 6 notice schedules.\n"
    )


def test_every_mistake_is_a_line_of_file_line_key_and_reason(tmp_path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(STANDARD.replace("contacts = 2\n", "contacts = -2\n").replace("cap_days = 365", "cap_days = 0"))
    one = STANDARD[: STANDARD.index("contacts = 2\n")].count("\n") + 1
    two = STANDARD[: STANDARD.index("cap_days = 365")].count("\n") + 1
    listed, last = refused("check", str(file))
    assert listed.splitlines() == [
        f"{file}:{one}: levels.basic.contacts: -2 is negative",
        f"{file}:{two}: reinstatement.cap_days: 0 is less than 1",
    ]
    assert last == "2 mistakes; nothing was done."


def test_a_file_that_is_not_there_or_a_folder_is_a_clear_error(tmp_path) -> None:
    assert refused("check", str(tmp_path / "none.toml")) == ("", f"{tmp_path}/none.toml: No such file or directory")
    assert refused("check", str(tmp_path)) == ("", f"{tmp_path}: Is a directory")


def test_a_file_too_large_is_refused_without_being_read_whole(tmp_path) -> None:
    file = tmp_path / "huge.toml"
    with file.open("wb") as opened:
        opened.truncate(10 * 1024**3)  # sparse: ten gigabytes that take no room
    assert refused("check", str(file)) == (
        f"{file}:1: the file is larger than 512 KiB\n",
        "1 mistake; nothing was done.",
    )


def test_two_files_are_compared_in_words_grouped_by_part(changed) -> None:
    assert run("diff", str(FILE), changed) == f"Basic\n{SENTENCE}"


def test_a_comparison_without_a_difference_says_so() -> None:
    assert run("diff", str(FILE), str(FILE)) == "Nothing changes: both say the same.\n"


@pytest.mark.django_db
def test_a_version_is_compared_by_its_number(changed, near) -> None:
    run("apply", str(FILE), "--from", "2000-01-01")
    assert run("diff", "1", changed) == f"Basic\n{SENTENCE}"
    assert refused("diff", "1", "2") == ("", "there is no version 2 of the policy.")


@pytest.mark.django_db
def test_applying_puts_a_file_in_force_and_again_does_nothing(near) -> None:
    assert run("apply", str(FILE), "--from", "2000-01-01") == "Version 1 is in force from 2000-01-01.\n"
    assert run("apply", str(FILE), "--from", "2000-01-01") == (
        "Nothing to do: this file is version 1, in force from 2000-01-01.\n"
    )
    assert PolicyVersion.objects.count() == 1
    assert policy_numbered(1).in_force_from == date(2000, 1, 1)


@pytest.mark.django_db
def test_applying_is_refused_in_the_past_and_from_two_days(changed, near) -> None:
    run("apply", str(FILE), "--from", "2000-01-01")
    _, past = refused("apply", changed, "--from", "2000-01-02")
    assert past.startswith("2000-01-02 is past (today is ")
    assert past.endswith("); a policy never changes what was.")
    assert refused("apply", str(FILE), "--from", "2999-01-01")[1] == (
        "this very file is version 1 already, in force from 2000-01-01; to put it in force again, change its edition."
    )
    assert PolicyVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_file_with_mistakes_is_not_applied(tmp_path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("[policy]\n")
    assert refused("apply", str(file), "--from", "2999-01-01")[1] == "29 mistakes; nothing was done."
    assert PolicyVersion.objects.count() == 0


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", ""])
def test_an_impossible_day_is_wrong_usage(day) -> None:
    with pytest.raises(CommandError, match="--from"):
        run("apply", str(FILE), "--from", day)


class TestSimulate:
    """Laid against one licence that ends in forty days, without a price list."""

    NO_UPDATES: Final = STANDARD.replace(
        """benefits = ["technical_support", "version_upgrades", "product_updates", "content_updates", "self_service"]
service_hours = "always"
business_days = "weekdays"
targets = "essential"
contacts = 6
expert = false""",
        """benefits = ["technical_support", "version_upgrades", "content_updates", "self_service"]
service_hours = "always"
business_days = "weekdays"
targets = "essential"
contacts = 6
expert = false""",
        1,
    )

    @pytest.fixture(autouse=True)
    def one_licence(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tenure.clock.queries.now", lambda: cast.AT)
        estate.policy()
        owned(until=cast.AT.date() + timedelta(days=40))

    @pytest.fixture
    def file(self, tmp_path: Path) -> str:
        file = tmp_path / "mine.toml"
        file.write_text(self.NO_UPDATES, encoding="utf-8")
        return str(file)

    def test_it_says_how_much_first_then_what_then_for_whom(self, file: str) -> None:
        assert run("simulate", file) == (
            "1 thing comes out otherwise from 24 November 2026 on than by version 1.\n"
            "What the file says otherwise\n"
            "  Essential, benefits loses product_updates.\n"
            "Benefits of licences: 1 lost; of 1 licences\n"
            "  Each licence and benefit once, by the first day on which it comes out otherwise.\n"
            "  M1000000001, Aster Mills, Product updates: patches and fixes, on 24 Nov 2026:"
            " Essential, until 3 Jan 2027 -> not in the level (lost)\n"
            "Nothing otherwise: Named contacts, Licences that count as ending, Renewal notices, Legal windows of notices,"
            " What renewing costs, What renewing late costs, for 1,000.00 a year, Open quotes, Promises of open cases.\n"
        )
        assert PolicyVersion.objects.count() == 1

    def test_json_is_one_document_with_everything(self, file: str) -> None:
        told = json.loads(run("simulate", file, "--from", "2026-12-01", "--json"))
        assert (told["changed"], told["in_force_from"], told["against"], told["edition"], len(told["parts"])) == (
            1, "2026-12-01", 1, "2026.1", 9,
        )  # fmt: skip
        assert told["parts"][0]["rows"] == [
            {
                "part": "benefits", "outcome": "lost", "about": "M1000000001", "detail": "product_updates",
                "organisation": "Aster Mills", "number": cast.aster().number, "on": "2026-12-01",
                "before": "essential 2027-01-03", "after": "level_lacks_benefit", "currency": "",
            }
        ]  # fmt: skip

    def test_what_is_in_force_already_and_what_only_reads_otherwise_would_change_nothing(self, tmp_path) -> None:
        assert run("simulate", str(FILE), "--from", "1970-01-01") == (
            "Nothing would change. This very file is version 1.\n"
        )
        file = tmp_path / "same.toml"
        file.write_text(STANDARD.replace('edition = "2026.1"', 'edition = "2026.2"'), encoding="utf-8")
        assert run("simulate", str(file)) == (
            "Nothing would change.\nWhat the file says otherwise\n"
            "  The policy, edition changes from 2026.1 to 2026.2.\n"
        )

    def test_a_part_stands_on_top_of_the_version_of_its_day(self, tmp_path) -> None:
        file = tmp_path / "part.toml"
        file.write_text("[renewals]\ncatch_up_days = 31\nlegal_windows = []\n", encoding="utf-8")
        assert "Renewals, legal windows loses US-NY: 90 to 75 days before." in run("simulate", str(file))

    def test_rows_are_as_many_as_asked_for_and_the_rest_is_counted(self, file: str) -> None:
        owned("M1000000002", until=cast.AT.date() + timedelta(days=40))
        told = run("simulate", file, "--limit", "1")
        assert "M1000000001" in told
        assert "M1000000002" not in told
        assert "  and 1 more; --limit 0 lists all\n" in told
        assert "M1000000002" in run("simulate", file, "--limit", "0")

    def test_mistakes_and_days_that_are_past_are_refused_as_applying_refuses_them(self, file: str, tmp_path) -> None:
        bad = tmp_path / "bad.toml"
        bad.write_text(STANDARD.replace("contacts = 2\n", "contacts = -2\n"), encoding="utf-8")
        assert refused("simulate", str(bad))[1] == "1 mistake; nothing was done."
        assert refused("simulate", file, "--from", "2026-11-23") == refused("apply", file, "--from", "2026-11-23")
        assert refused("simulate", file, "--from", "9999-12-31") == (
            "", "9999-12-31 is too far ahead; the last year is 9900.",
        )  # fmt: skip
        assert run("simulate", file, "--from", "9900-12-31").startswith("Nothing would change.\n")
        with pytest.raises(CommandError, match="--limit"):
            run("simulate", file, "--limit", "-1")

    def test_a_part_that_spoils_the_version_it_stands_on_lists_its_mistakes(self, tmp_path) -> None:
        apply_policy(
            text=STANDARD.replace("[hours.language_desk]", "[hours.desk]").replace('"language_desk"', '"desk"'),
            in_force_from=cast.AT.date(), at=cast.AT, by=COMMAND, places=[],
        )  # fmt: skip
        file = tmp_path / "part.toml"
        hours = STANDARD[STANDARD.index("[hours.always]") : STANDARD.index("# --- Benefits")]
        file.write_text(hours, encoding="utf-8")
        listed, last = refused("simulate", str(file))
        assert listed.startswith(f"{file}:")
        assert last.endswith("nothing was done.")
