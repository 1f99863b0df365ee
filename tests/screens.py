"""Pages as their readers have them: signed in, asked for, posted to, read."""

import html
import re
import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tenure.accounts.models import Person


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


class Pages(Client):
    """A browser that sends each form with the key that its page carried."""

    def post(self, path: str, data: Any = None, **more: Any) -> HttpResponse:
        return super().post(path, {"request_key": uuid.uuid4().hex, **(data or {})}, **more)


def signed_in(person: Person) -> Pages:
    client = Pages()
    client.force_login(person)
    return client


def post(client: Client, path: str, **data: Any) -> HttpResponse:
    """A form as its page sends it, with a key of its own."""
    return client.post(path, {"request_key": uuid.uuid4().hex, **data})


def text(answer: HttpResponse) -> str:
    """What stands in the main part, without its markup."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def said(answer: HttpResponse) -> str:
    """The sentence that answers first; "" where there is none."""
    found = re.search(r'(?s)<p class="answer">(.*?)</p>', answer.content.decode())
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


def bare(answer: HttpResponse) -> str:
    """The whole page without what differs from one request to the next."""
    return re.sub(r'value="[0-9A-Za-z]{32,64}"', "", answer.content.decode())
