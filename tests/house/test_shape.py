"""The size and shape of the house."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for p in (ROOT / "src").rglob("*.py") if "migrations" not in p.parts)
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py"}
UNFINISHED = re.compile(
    "|".join(
        ["TO" + "DO", "FIX" + "ME", "XX" + "X", "Not" + "ImplementedError", r"mark\.sk" + "ip", r"mark\.xf" + "ail"]
    )
)


def _committed() -> list[Path]:
    kept = ("src", "tests", "bin", "docs", "policy", "benchmarks", "requirements")
    files = [p for folder in kept for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    return [p for p in files + list(ROOT.glob("*.*")) if p.is_file() and p.suffix not in {".png", ".pyc"}]


def test_no_source_file_is_longer_than_500_lines():
    assert [p.name for p in SOURCES if len(p.read_text().splitlines()) > 500] == []


def test_no_file_is_a_drawer():
    assert [p for p in SOURCES if p.name in DRAWERS] == []


def test_no_function_is_longer_than_60_lines():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 60
    ]
    assert long == []


def test_nothing_committed_is_left_unfinished():
    found = [p.relative_to(ROOT) for p in _committed() if p.suffix in {".py", ".html", ".css", ".sh", ".toml", ""}
             and p.name != "test_shape.py" and UNFINISHED.search(p.read_text(errors="ignore"))]  # fmt: skip
    assert found == []


def test_nothing_committed_names_a_registry_or_a_machine_path():
    words = re.compile("|".join(["--(extra-)?index" + "-url", "--find" + "-links", "/wo" + "rk/", r"\.\./sha" + "red"]))
    assert [p.relative_to(ROOT) for p in _committed() if words.search(p.read_text(errors="ignore"))] == []


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.html")), ids=lambda p: "/".join(p.parts[-3:]))
def test_a_template_has_no_inline_style_or_script(path: Path):
    text = path.read_text()
    if "email" in path.parts or path.name.endswith("_message.html") or path.name == "letter.html":
        return  # a letter carries its one style sheet in its head: look, E-mail
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", text)


def test_css_uses_no_ids_and_logical_directions_only():
    wrong = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "src/tenure/kit/static/kit/css").glob("*.css"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"(margin|padding|border)-(left|right)\b|text-align:\s*(left|right)", line)
    ]
    assert wrong == []
