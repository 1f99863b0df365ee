"""The drill `languages`: the demonstration vendor's public pages and portal, read in every language by a browser.

Pages are found by following links in English, a few of each kind and role; then each is opened in each language, wide and narrow.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import manimgx_fonts_cjk
from playwright.sync_api import Browser, Page, sync_playwright

from tenure.kit.catalogues import files, keeping
from tests.journeys.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "plainly-made-up-2026"
READERS = {"visitor": "", "owner": "mira.solberg@aster-pohl.example", "reseller": "rolf.eisen@ferrum.example"}
CODES = {"zh_Hans": "zh-hans"}
WIDTHS = (1280, 390)
SAMPLES = 3  # pages of one kind, such as licences
NO_PAGES = re.compile(
    r"^/(desk|api|static|certificates|account/logout)|/(export|paper|facts|file|files)(/|$|\?)|\.(ics|json)$|\?"
)
# Texts of a page that are ours to translate: without data (bdi, time, code), and without other languages' names.
READ = """() => {
  const texts = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest('bdi, time, code, script, style, svg, select, .number, [lang]:not(html)')) {
      const text = walker.currentNode.data.replace(/\\s+/g, ' ').trim();
      if (text) texts.add(text);
    }
  }
  for (const each of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    for (const name of ['aria-label', 'placeholder', 'title'])
      if (each.getAttribute(name) && !each.closest('[lang]:not(html)')) texts.add(each.getAttribute(name));
  return [...texts];
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Signs that are drawn as the box of a sign that no font has.
BOXES = """() => {
  const drawn = sign => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 24, height: 24});
    const pen = canvas.getContext('2d', {willReadFrequently: true});
    pen.font = '16px ' + getComputedStyle(document.body).fontFamily;
    pen.fillText(sign, 2, 18);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  const box = drawn('\\u{10FFFE}');
  return [...new Set(document.body.innerText)].filter(sign => sign.trim() && drawn(sign) === box);
}"""


@dataclass(frozen=True, slots=True)
class Fault:
    language: str
    reader: str
    path: str
    said: str

    def __str__(self) -> str:
        return f"{self.language:8} {self.reader:9} {self.path}: {self.said}"


def main() -> int:
    """Open every page in the languages asked for; exit code 1 where one has a fault."""
    parser = argparse.ArgumentParser(prog="bin/drill languages")
    parser.add_argument("languages", nargs="*", default=[*files.LANGUAGES], choices=files.LANGUAGES, metavar="LANGUAGE")
    parser.add_argument("--at", help="a demonstration that runs already, such as http://localhost:8000")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenure-fonts-") as folder, _demonstration(given.at) as base:
        os.environ["FONTCONFIG_FILE"] = str(_fonts(Path(folder)))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            pages = {reader: _pages(browser, base, email) for reader, email in READERS.items()}
            faults = [fault for each in given.languages for fault in _language(browser, base, each, pages)]
            browser.close()
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    count = sum(map(len, pages.values()))
    sys.stdout.write(
        f"{count} pages in {len(given.languages)} languages at {len(WIDTHS)} widths: {len(faults)} faults\n"
    )
    return int(bool(faults) or not count)


def _fonts(folder: Path) -> Path:
    """The system's fonts with those that the documents are printed in, which have the Chinese, Japanese and Korean signs."""
    written = folder / "fonts.conf"
    written.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{Path(manimgx_fonts_cjk.__file__).parent}</dir><cachedir>{folder}/cache</cachedir></fontconfig>"
    )
    return written


@contextmanager
def _demonstration(running: str | None) -> Iterator[str]:
    """The address of a demonstration: the one that runs, or one of our own that ends with us."""
    if running:
        yield running.rstrip("/")
        return
    data = tempfile.mkdtemp(prefix="tenure-languages-")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    started = subprocess.Popen(
        ["bin/demo", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"TENURE_DATA": data},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stdout
        if not any(line.startswith("Tenure is at") for line in started.stdout):
            raise SystemExit("the demonstration did not come up; see above.")
        yield f"http://localhost:{port}"
    finally:
        started.send_signal(signal.SIGINT)
        started.wait(60)
        shutil.rmtree(data, ignore_errors=True)


def _pages(browser: Browser, base: str, email: str) -> Sequence[str]:
    """Addresses that a reader comes to by links, at most a few of each kind."""
    page = _signed_in(browser, base, email, "en", WIDTHS[0])
    waiting, kinds, found = ["/"], {}, []
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(base + path)
        if answer is None or answer.status != 200 or urlsplit(page.url).path != path:
            continue
        found.append(path)
        links = page.eval_on_selector_all("a[href]", "found => found.map(each => each.getAttribute('href'))")
        for link in links:
            to = urlsplit(urljoin(page.url, link))
            if f"{to.scheme}://{to.netloc}" != base or NO_PAGES.search(to.path + ("?" if to.query else "")):
                continue
            kind = re.sub(r"/[^/]*\d[^/]*|(?<=/lifecycle)/.*|(?<=/getting-started)/.*", "/*", to.path)
            seen = kinds.setdefault(kind, set())
            if to.path not in seen and len(seen) < SAMPLES:
                seen.add(to.path)
                waiting.append(to.path)
    page.context.close()
    return found


def _language(browser: Browser, base: str, language: str, pages: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    code = CODES.get(language, language)
    catalog = files.read(files.path_of(language), language)
    own = {said for each in catalog for said in keeping.strings_of(each)}  # such as Portuguese "Site", a website
    english = {keeping.ids_of(each)[0] for each in catalog if each.id} - own
    english = {text for text in english if len(text) > 3}
    for reader, paths in pages.items():
        for width in WIDTHS:
            page = _signed_in(browser, base, READERS[reader], code, width)
            for path in paths:
                page.goto(base + path)
                yield from (Fault(language, reader, path, said) for said in _faults(page, code, width, english))
            page.context.close()


def _faults(page: Page, code: str, width: int, english: set[str]) -> Iterator[str]:
    if (said := page.evaluate("document.documentElement.lang")) != code:
        yield f"is in {said}"
    if (more := page.evaluate(OVERFLOW)) > 0:
        yield f"is {more} px wider than {width}"
    if width == WIDTHS[0]:
        if boxes := page.evaluate(BOXES):
            yield f"has no glyph for {' '.join(boxes)}"
        if left := sorted(english.intersection(page.evaluate(READ))):
            yield f"is in English: {left}"


def _signed_in(browser: Browser, base: str, email: str, code: str, width: int) -> Page:
    """A page of a reader in a language, chosen as people choose it: at the foot of the page."""
    page = browser.new_context(viewport={"width": width, "height": 900}, locale=code).new_page()
    page.set_default_timeout(60_000)
    if email:
        page.goto(f"{base}/account/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.click("main button[data-kind=main]")
    page.goto(f"{base}/lifecycle")
    with page.expect_navigation():
        page.click(f"footer button[value='{code}']")
    return page


if __name__ == "__main__":
    sys.exit(main())
