"""A version's text from before the program learned to ask more: what it lacks is taken from the standard.  Pure."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Final

# their tables are named by the vendor, so a lacking one is no gap: an old version had two levels, and keeps two
OWN_NAMES: Final = frozenset(
    {"policy", "hours", "benefits", "severities", "targets", "sample_tiers", "levels", "regions", "languages"}
)
LEFT_OUT: Final = frozenset({"programmes", "services", "extension"})  # what a policy has none of, it does not sell


def completed(*, text: str, standard: str) -> str:
    """The kept text, and behind it and under its heads what `standard` has and it does not.

    text, standard: TOML that can be read.  Only whole sections and the keys of sections with fixed keys are filled in;
    whatever the text says itself stays as it says.  Source: ours.
    """
    text = _renamed(text)
    kept, known = tomllib.loads(text), tomllib.loads(standard)
    behind: list[str] = []
    for section, content in known.items():
        if section in LEFT_OUT:
            continue
        if section not in kept:
            behind.append(_section(section, content))
        elif section not in OWN_NAMES and isinstance(content, dict) and isinstance(kept[section], dict):
            lacking = {key: value for key, value in content.items() if key not in kept[section]}
            plain = {key: value for key, value in lacking.items() if not isinstance(value, dict)}
            behind += [_section(f"{section}.{key}", value) for key, value in lacking.items() if key not in plain]
            text = _under_head(text, section, plain) if plain else text
    return "\n".join([text, *behind])


def _renamed(text: str) -> str:
    """The text with what is written otherwise today: the first programs had one surcharge, now there are rows."""
    late = tomllib.loads(text).get("reinstatement", {})
    if "surcharge_percent" not in late or "surcharge_on" not in late:
        return text
    share = "percent_of_renewal" if late["surcharge_on"] == "renewal" else "percent_of_lapsed_fee"
    row = _section("reinstatement.surcharges", [{"from_days": 1, share: late["surcharge_percent"]}])
    return re.sub(r"^surcharge_(percent|on)\b[^\n]*\n", "", text, flags=re.MULTILINE) + f"\n{row}"


def _under_head(text: str, section: str, lacking: Mapping[str, object]) -> str:
    """The text with more lines in a section: under its head, or a new one where only its sub-tables have heads."""
    head = re.search(rf"^\[{re.escape(section)}\][ \t]*(#[^\n]*)?$", text, re.MULTILINE)
    if head is None:
        return f"{text}\n{_section(section, lacking)}"
    return f"{text[: head.end()]}\n{_lines(lacking)}{text[head.end() :]}"


def _section(name: str, content: object) -> str:
    if isinstance(content, dict):
        return f"[{name}]\n{_lines(content)}\n"
    tables = content if isinstance(content, list) else []
    return "".join(f"[[{name}]]\n{_lines(table)}\n" for table in tables)


def _lines(content: Mapping[str, object]) -> str:
    return "\n".join(f"{key} = {_written(value)}" for key, value in content.items())


def _written(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key} = {_written(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(_written(each) for each in value) + "]"
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False)  # texts, numbers, true and false: as TOML reads them
