"""Whole pages in the two test languages: whatever stays Latin was never given to gettext."""

import re
from calendar import month_name
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
from django.conf import locale, settings
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real

from tenure.accounts.models import Contact, Person
from tenure.entitlements.actions import ask_to_join
from tenure.entitlements.models import ContactRequest, JoiningRequest
from tenure.kit import pseudo
from tenure.outbox.actions import reported
from tenure.outbox.models import Mail
from tenure.policy.words.identifiers import Identifier
from tests import cast, estate

pytestmark = pytest.mark.django_db

TODAY = cast.AT.date()
WORD = re.compile(r"[A-Za-z]{2,}")
# Data that is shown as it is kept: the world below is named so that nothing else is needed.
DATA = {
    "UTC", "DE", "NO", "Europe/Berlin", "EMEA", "machines", "Quay Vault", "Halden Systems", "Essential", "Olga Aster", "Vera Quill",
    "Tomas Lind", "Sam Nowhere",
    "Aster Mills", "Main works", "QR", "CSV",
}  # fmt: skip
# Words of the calendar and of lists come from CLDR, which has English for the accented language.
CLDR = {name[:size] for name in month_name if name for size in (3, None)} | {"and"}
VISIBLE = {"alt", "aria-label", "placeholder", "title", "data-label", "aria-description"}
SILENT = {"script", "style", "code", "bdi", "option-data", "time"}
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "wbr"}


class Reader(HTMLParser):
    """The texts of a page as people meet them, with spoken attributes; without data in <bdi>, <code>, <time>."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.foreign = 0
        self.html: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.html = given
        if tag not in VOID:
            self.open.append("bdi" if tag != "html" and "lang" in given else tag)
        self.texts += [text for name, text in attrs if name in VISIBLE and text]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.texts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not SILENT & set(self.open):
            self.texts.append(" ".join(data.split()))


def _untranslated(texts: list[str]) -> list[str]:
    """The lines of a page with words outside the brackets of the accented language that are no data."""
    zones = available_timezones() | {zone.replace("_", " ") for zone in available_timezones()}
    own = {name for _, name in settings.LANGUAGES} | zones
    text = "\n".join(each for each in texts if each not in own)
    text = re.sub(r"\S+@\S+", "", text)
    for known in sorted(DATA, key=len, reverse=True):
        text = text.replace(known, "")
    shorter = ""
    while shorter != text:  # a translation may hold another, and markup
        shorter, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return [line for line in text.split("\n") if set(WORD.findall(line)) - CLDR]


@pytest.fixture
def languages(settings, monkeypatch: pytest.MonkeyPatch):
    """Both languages as TENURE_PSEUDO=1 makes them, gone afterwards."""
    settings.PSEUDO = True
    settings.LANGUAGES = [*settings.LANGUAGES, ("en-xa", "Accented"), ("ar-xb", "Mirrored")]
    kept = dict(locale.LANG_INFO), dict(trans_real._translations)
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    pseudo.install()
    yield
    translation.deactivate()
    for live, before in zip((locale.LANG_INFO, trans_real._translations), kept, strict=True):
        live.clear()
        live.update(before)


@pytest.fixture
def world(languages) -> dict[str, Person]:
    """Aster's assets in every state, a contact, a letter; one person of each side of the house."""
    estate.policy()
    people = {"owner": cast.owner(), "operator": cast.operator(), "viewer": cast.viewer()}
    spans = {"M1000000001": [(-100, 400)], "M1000000002": [(-100, 12)], "M1000000003": [(-100, -9)], "M1000000004": [],
             "M1000000005": [(9, 300)], "M1000000006": [(-100, -50), (50, 400)]}  # fmt: skip
    for serial, terms in spans.items():
        asset = estate.asset(cast.aster(), serial)
        for starts, ends in terms:
            estate.term(asset, TODAY + timedelta(days=starts), TODAY + timedelta(days=ends))
    mira = {"role": "technical", "name": "Mira", "email": "mira@aster.example"}
    Contact.objects.create(id=700009, organisation=cast.aster(), **mira)
    seated = cast.technical()
    estate.seat(seated, cast.aster())
    for someone, serial in ((cast.stranger(), "M1000000001"), (people["owner"], "M9999999999")):
        asked = [Identifier(kind="serial_number", value=serial)]
        ask_to_join(identifiers=asked, **cast.asking(someone))
    Mail.objects.create(
        id=700007, recipient="mira@aster.example", subject="S", kind="k", text="4711", mime=b"", written_at=cast.AT,
        due_at=cast.AT,
    )  # fmt: skip
    reported(mail_id=700007, said="4712", at=cast.AT)
    ContactRequest.objects.create(
        id=700008, wish="replace", organisation=cast.aster(), asked_by=people["owner"], name="Olga Aster", phone="4713",
        given=["serial_number M1000000001", "sales_order 99999999"], email="o@aster.example", asked_at=cast.AT,
        takes_effect_on=TODAY,
    )  # fmt: skip
    return people


PUBLIC = ["/", "/lifecycle", "/lifecycle?q=nowhere", "/lifecycle/quay-vault", "/lifecycle/none", "/preferences",
          "/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/reset/done/",
          "/account/confirm-email/", "/account/confirm-email/none/"]  # fmt: skip
OWNERS = ["/licences", "/licences?q=nowhere", "/licences?on=soon", "/licences/register", "/licences/M9999999999",
          *(f"/licences/M100000000{n}" for n in range(1, 7)), "/licences/M1000000001?on=2020-01-01",
          "/licences/M1000000001/receipt?benefit=self_service", "/account", "/account/colleagues",
          "/account/colleagues/{number}", "/account/email/", "/account/password/change/", "/account/2fa/",
          "/account/logout/", "/account/2fa/totp/activate/", "/account/link", "/account/joining/{number}",
          "/account/contacts/{number}", "/account/contacts/{number}/history", "/account/contacts/{number}/addresses/700009",
          "/account/contact-requests", "/account/contact-requests/700008",
          *(f"/account/contact-requests/new/{wish}" for wish in ("add", "replace", "missing-contact-id"))]  # fmt: skip
DESK = ["/desk/", "/desk/?q=nowhere", "/desk/?q=aster.example", "/desk/customers/{number}", "/desk/mail", "/desk/mail/700007",
        "/desk/mail?to=nobody", "/desk/clock", "/desk/joining", "/desk/joining/{joining}",
        "/desk/contact-requests", "/desk/contact-requests?q=nobody", "/desk/contact-requests/700008", "/desk/addresses"]  # fmt: skip
WALK = {"": PUBLIC, "owner": OWNERS, "operator": DESK}


def _client(world: dict[str, Person], role: str, code: str) -> Client:
    client = Client()
    if role:
        Person.objects.filter(pk=world[role].pk).update(language=code)
        client.force_login(world[role])
    client.cookies["language"] = code
    return client


def _read(client: Client, path: str) -> Reader:
    joining = JoiningRequest.objects.order_by("id").values_list("id", flat=True).last()
    answer = client.get(path.format(number=cast.aster().number, joining=joining), follow=True)
    assert answer.status_code in {200, 404}, path
    reader = Reader()
    reader.feed(answer.content.decode())
    return reader


@pytest.mark.parametrize("role", WALK)
def test_every_text_of_a_page_was_given_to_gettext(world, role):
    client = _client(world, role, "en-xa")
    left = {}
    for path in WALK[role]:
        reader = _read(client, path)
        assert (path, reader.html["lang"]) == (path, "en-xa")
        if found := _untranslated(reader.texts):
            left[path] = found
    assert left == {}


@pytest.mark.parametrize("role", WALK)
def test_pages_of_a_language_from_right_to_left_say_so(world, role):
    client = _client(world, role, "ar-xb")
    for path in WALK[role]:
        reader = _read(client, path)
        assert (path, reader.html["lang"], reader.html["dir"]) == (path, "ar-xb", "rtl")


@pytest.mark.parametrize(("role", "path", "sent"), [
    ("", "/account/login/", {"login": "x"}),
    ("", "/account/signup/", {"email": "x", "password1": "a", "password2": "b"}),
    ("owner", "/licences/register", {"serial": "M9"}),
    ("owner", "/licences/register", {"serial": ""}),
    ("owner", "/licences/M1000000001/register", {}),
    ("viewer", "/licences/M1000000001/register", {}),
    ("owner", "/account", {"name": "", "language": "x", "zone": "x", "theme": "x"}),
])  # fmt: skip
def test_what_a_form_answers_was_given_to_gettext(world, role, path, sent):
    client = _client(world, role, "en-xa")
    answer = client.post(path, {"request_key": "k" * 32, **sent}, follow=True)
    reader = Reader()
    reader.feed(answer.content.decode())
    assert reader.html["lang"] == "en-xa"
    assert _untranslated(reader.texts) == []


def test_a_text_that_was_forgotten_is_found():
    reader = Reader()
    reader.feed(
        '<html lang="x"><p>⟦Öñé <b>⟦twö~⟧</b> dåý~⟧ <i>Forgotten</i> <bdi>Data</bdi><img alt="Unsaid"> 31 Mar 2027</p></html>'
    )
    assert _untranslated(reader.texts) == ["Forgotten", "Unsaid"]
