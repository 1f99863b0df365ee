"""Every letter that signing up and signing in can send has words of ours, as text and as HTML."""

import re
from datetime import UTC, datetime
from pathlib import Path

import allauth
import pytest
from django.utils.html import strip_tags

from tenure.outbox.rendering import rendered
from tenure.outbox.words import Reader
from tenure.portal.letters import ASKS, TELLS, letter_of

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
# letters of ways in that this installation does not offer
NOT_OFFERED = {"account/email/login_code", "account/email/password_reset_code", "mfa/email/webauthn_added", "mfa/email/webauthn_removed"}  # fmt: skip
FACTS = {
    "email": "a@x.example", "vendor": "Halden <&> Systems", "from_email": "b@x.example", "to_email": "c@x.example",
    "deleted_email": "<script>@x.example", "password_reset_url": "http://x.example/reset?a=1&b=2",
    "activate_url": "http://x.example/confirm", "signup_url": "http://x.example/signup",
}  # fmt: skip


def test_every_letter_of_allauth_has_our_words():
    templates = Path(allauth.__file__).parent / "templates"
    names = {
        f"{folder}/email/{file.name.removesuffix('_subject.txt')}"
        for folder in ("account", "mfa")
        for file in (templates / folder / "email").glob("*_subject.txt")
    }
    assert set(ASKS) | set(TELLS) == names - NOT_OFFERED


@pytest.mark.parametrize("name", [*ASKS, *TELLS])
def test_text_and_html_say_the_same_sentences(name):
    letter = letter_of(name, FACTS)
    text, html = rendered(letter, reader=Reader(address="a@x.example", language="en"), at=AT)
    body = html[html.index("<body>") :]
    shown = re.sub(r"\s+", " ", strip_tags(body).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    said = [*letter.paragraphs, *letter.after, letter.reason, *([letter.action.url] if letter.action else [])]
    assert [words for words in said if words not in shown] == []
    assert [words for words in said if words not in text] == []
    assert "<script>@" not in html
