"""An engineer at work: from the queue to the proposal to close, with the mouse and with the keys alone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tenure.cases.models import Case, Event
from tests import cast
from tests.cases.conftest import Scene, make_scene, open_case
from tests.journeys.conftest import examine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Three cases of one customer; the desk's clock stands at the cast's instant."""
    monkeypatch.setattr("tenure.config.middleware.now", lambda: cast.AT)
    made = make_scene()
    for severity, summary in ((2, "Mail queue grows"), (3, "Report is a day short"), (3, "Search ignores umlauts")):
        open_case(made.technical, severity=severity, summary=summary)
    made.engineer.set_password(cast.PASSWORD)
    made.engineer.save()
    return made


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/account/login/?next=/desk/cases")
    page.fill("[name=login]", "engineer@vendor.example")
    page.fill("[name=password]", cast.PASSWORD)
    page.click("main button[data-kind=main]")
    expect(page.locator("h1")).to_have_text("Queue")
    page.wait_for_load_state()  # the keys come with the deferred script


def kinds(summary: str) -> list[str]:
    return list(Event.objects.filter(case__summary=summary).order_by("seq").values_list("kind", flat=True))[2:]


def test_an_engineer_takes_a_case_answers_and_proposes_to_close(scene: Scene, page: Page, live_server) -> None:
    sign_in(page, live_server.url)
    examine(page)
    page.click("text=Search ignores umlauts")
    expect(page.locator("#chosen")).to_have_text("Search ignores umlauts")
    assert re.search(r"/desk/cases\?case=CS-\d+$", page.url)
    examine(page)
    page.click("#panel button:has-text('Take it')")
    assert "The case is yours." in page.inner_text("main")
    assert re.search(r"/desk/cases\?case=CS-\d+$", page.url)
    page.click("#panel a[data-key=o]")
    examine(page)
    page.click("text=Send the reply")
    expect(page.locator(".summary")).to_be_focused()
    assert "Write something first." in page.inner_text(".summary")
    examine(page)
    page.fill("textarea[name=reply-body]", "Which collation does the index have?")
    page.click("text=Ask, and wait for the answer")
    assert "Waits for the customer" in page.inner_text(".answer")
    page.fill("textarea[name=reply-body]", "Please set it to de.")
    page.click("text=Propose to close")
    assert "Waits for consent to close" in page.inner_text(".answer")
    examine(page)
    assert kinds("Search ignores umlauts") == ["taken", "asked", "close_proposed"]


def test_the_keys_alone_lead_through_the_queue_and_are_silent_in_a_field(scene: Scene, page: Page, live_server) -> None:
    sign_in(page, live_server.url)
    page.keyboard.press("j")
    expect(page.locator("#chosen")).to_have_text("Report is a day short")
    page.keyboard.press("j")
    expect(page.locator("#chosen")).to_have_text("Search ignores umlauts")
    page.keyboard.press("k")
    expect(page.locator("#chosen")).to_have_text("Report is a day short")
    expect(page.locator("tr[aria-current] a")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(".said")).to_contain_text("The case is yours.")
    expect(page.locator("#chosen")).to_have_text("Report is a day short")
    page.keyboard.press("/")
    page.keyboard.type("jot")
    assert page.input_value("#q") == "jot"
    page.locator("#q").blur()
    page.keyboard.press("r")
    expect(page.locator("textarea[name=reply-body]")).to_be_focused()
    page.keyboard.type("not great, o no")
    assert page.input_value("textarea[name=reply-body]") == "not great, o no"
    page.locator("textarea[name=reply-body]").blur()
    page.keyboard.press("n")
    expect(page.locator("textarea[name=note-body]")).to_be_focused()
    page.locator("textarea[name=note-body]").blur()
    page.keyboard.press("?")
    expect(page.locator("h1")).to_have_text("Keys")
    page.click("text=Switch them off in this browser")
    page.goto(f"{live_server.url}/desk/cases")
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.wait_for_timeout(200)
    expect(page.locator("#chosen")).to_have_text("Mail queue grows")
    assert Case.objects.exclude(assignee=None).count() == 1


def test_the_list_comes_anew_by_itself_and_keeps_the_focus(scene: Scene, page: Page, live_server) -> None:
    sign_in(page, live_server.url)
    page.keyboard.press("j")
    expect(page.locator("#chosen")).to_have_text("Report is a day short")
    open_case(scene.technical, severity=2, summary="Came in between")
    page.evaluate(
        "htmx.ajax('GET', location.href, {source: '#list', target: '#list', select: '#list', swap: 'outerHTML'})"
    )
    expect(page.locator(".queue")).to_contain_text("Came in between")
    expect(page.locator("tr[aria-current] .subject")).to_have_text("Report is a day short")
    expect(page.locator("tr[aria-current] a")).to_be_focused()


@pytest.mark.parametrize("look", ["dark", "phone"])
def test_the_desks_pages_are_found_clean_by_axe(scene: Scene, browser: Browser, live_server, look: str) -> None:
    number = Case.objects.earliest("id").number
    context = browser.new_context(
        viewport={"width": 390 if look == "phone" else 1280, "height": 844},
        color_scheme="dark" if look == "dark" else "light",
    )
    try:
        page = context.new_page()
        sign_in(page, live_server.url)
        for path in ("/desk/cases", f"/desk/cases?case={number}", f"/desk/cases/{number}", f"/desk/cases/new?q={scene.contact_id}",
                     "/desk/keys", f"/desk/customers/{cast.aster().number}"):  # fmt: skip
            page.goto(live_server.url + path)
            examine(page)
        if look == "phone":
            page.goto(f"{live_server.url}/desk/cases")
            page.click("text=Mail queue grows")
            assert page.url.endswith(f"/desk/cases/{number}")
    finally:
        context.close()


def test_without_scripts_every_step_works_as_a_plain_form(scene: Scene, browser: Browser, live_server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        sign_in(page, live_server.url)
        page.click("text=Report is a day short")
        assert page.inner_text("#chosen") == "Report is a day short"
        page.click("#panel button:has-text('Take it')")
        page.click("#panel a[data-key=o]")
        page.click("summary:has-text('Internal note')")
        page.fill("textarea[name=note-body]", "By hand.")
        page.click("text=Keep the note")
        assert kinds("Report is a day short") == ["taken", "noted"]
    finally:
        context.close()
