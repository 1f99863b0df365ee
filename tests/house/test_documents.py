"""What the documents say is there."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "docs" / "sources.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")])
FOLDERS = ("src/", "tests/", "docs/", "policy/", "bin/", "benchmarks/", "requirements/")
NAME = re.compile(r"`(tenure(?:\.\w+)+)`")
PLACE = re.compile(r"`\[([\w.]+)\]`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|`)(?:\$ )?tenure ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)


def _named(path: Path, pattern: re.Pattern[str]) -> list[str]:
    return sorted({found[1] for found in pattern.finditer(path.read_text())})


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _resolve(name: str) -> object:
    """The module, or what is in it; a model's column counts too.  Raises AttributeError where there is none."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise AttributeError(name)


def _is_there(name: str) -> bool:
    try:
        _resolve(name)
    except AttributeError:
        return False
    return True


def _is_in_policy(place: str) -> bool:
    found: object = tomllib.loads((ROOT / "policy" / "standard.toml").read_text())
    for key in place.split("."):
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True


def _said_commands(path: Path) -> set[tuple[str, str]]:
    return {(found[1], found[2] or "") for found in COMMAND.finditer(path.read_text())}


def _verbs(command: str) -> set[str]:
    """The verbs a command takes as its first word; none for one without."""
    parser = load_command_class(get_commands()[command], command).create_parser("tenure", command)
    return {str(choice) for action in parser._positionals._group_actions[:1] for choice in action.choices or ()}


def test_every_name_in_the_sources_exists():
    names = _named(SOURCES, NAME)
    assert len(names) > 60
    assert [name for name in names if not _is_there(name)] == []


def test_every_place_of_the_policy_in_the_sources_exists():
    places = _named(SOURCES, PLACE)
    assert len(places) > 20
    assert [place for place in places if not _is_in_policy(place)] == []


def test_every_rule_names_its_row_and_what_carries_it():
    rows = [line.split(" | ") for line in SOURCES.read_text().splitlines() if line.startswith("| ")]
    rules = [row for row in rows if row[0] != "| rule"]
    assert len(rules) > 80
    assert [row for row in rules if len(row) != 3] == []
    decided = re.compile(r"\bours\b|\b[A-E]\d+\b|\bpeople of the mission\b")
    assert [row[0] for row in rules if not decided.search(row[1]) or "`" not in row[2]] == []


@pytest.mark.parametrize("page", PAGES, ids=_short)
def test_every_path_a_page_names_exists(page: Path):
    named = {text for text in re.findall(r"`([\w./-]+)`", page.read_text()) if text.startswith(FOLDERS)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_short)
def test_every_link_of_a_page_leads_somewhere(page: Path):
    links = [link.split("#")[0] for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_short)
def test_every_command_a_page_shows_exists(page: Path):
    known = get_commands()
    said = _said_commands(page)
    assert sorted(command for command, _ in said if command not in known) == []
    ours = {(command, verb) for command, verb in said if str(known[command]).startswith("tenure") and verb}
    assert sorted(pair for pair in ours if _verbs(pair[0]) and pair[1] not in _verbs(pair[0])) == []


def test_the_commands_are_shown_in_the_operators_guide():
    ours = {name for name, app in get_commands().items() if str(app).startswith("tenure")}
    shown = {command for command, _ in _said_commands(ROOT / "docs" / "guide" / "operator.md")}
    assert sorted(ours - shown) == []


def test_every_setting_is_in_the_operators_guide():
    read = re.compile(r"[\"']((?:TENURE|DATABASE)_[A-Z_]+)[\"']")
    settings = {name for path in (ROOT / "src").rglob("*.py") for name in read.findall(path.read_text())}
    told = set(re.findall(r"`((?:TENURE|DATABASE)_[A-Z_]+)`", (ROOT / "docs" / "guide" / "operator.md").read_text()))
    assert len(settings) > 20
    assert (sorted(settings - told), sorted(told - settings)) == ([], [])


def test_every_column_of_a_certificates_file_is_in_its_guide():
    from tenure.entitlements.intake.words import COLUMNS

    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "guide" / "certificates.md").read_text(), re.MULTILINE)
    assert told == list(COLUMNS)


def test_the_words_are_sorted_and_each_is_there_once():
    rows = [line.split(" | ")[0][2:] for line in (ROOT / "docs" / "words.md").read_text().splitlines()
            if line.startswith("| ")]  # fmt: skip
    words = [row.casefold() for row in rows if row not in {"word", "---"}]
    assert len(words) >= 29
    assert words == sorted(words)
    single = [word.strip() for row in words for word in row.split(",")]
    assert sorted(word for word in set(single) if single.count(word) > 1) == []


@pytest.mark.parametrize("room", sorted((ROOT / "src" / "tenure").glob("*/apps.py")), ids=lambda p: p.parent.name)
def test_every_room_has_a_page_of_its_own(room: Path):
    assert (room.parent / "README.md").exists()


def test_what_tenure_needs_to_run_is_pinned_alike_where_it_is_tested():
    pins = {name: set(re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
            for name in ("base.txt", "dev.txt")}  # fmt: skip
    assert len(pins["base.txt"]) > 20
    assert sorted(pins["base.txt"] - pins["dev.txt"]) == []
