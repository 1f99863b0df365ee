"""Which messages are read from the source, and whom they are for."""

from tenure.kit.catalogues.extraction import Message, for_people, messages, of_policy, of_python, of_template


def _forms(found):
    return [(each.context, *each.forms) for each in found]


def test_every_way_to_translate_in_python_is_read():
    text = (
        '_("a")\nlazy("b")\ngettext_noop("c")\nngettext("%(n)s d", "%(n)s ds", n)\n'
        'pgettext("state", "open")\nnpgettext("x", "e", "es", n)\nlabel(_("f" "g"))\nother("h")\n_(name)\n'
    )
    assert _forms(of_python(text)) == [
        (None, "a"), (None, "b"), (None, "c"), (None, "%(n)s d", "%(n)s ds"), ("state", "open"), ("x", "e", "es"),
        (None, "fg"),
    ]  # fmt: skip


def test_every_way_to_translate_in_a_template_is_read():
    text = """{% load i18n %}
      <p title="{% translate "a" %}">{% translate "b" context "state" %}</p>
        {% if x %}{% blocktranslate with day=x.day %}on {{ day }}, 5%{% endblocktranslate %}{% endif %}
    {% blocktranslate trimmed count n=x.n %}
        one
        line
      {% plural %}
        {{ n }} lines
    {% endblocktranslate %}{{ x|default:_("none") }}{% include "kit/x.html" with said=_("c") %}"""
    assert _forms(of_template(text)) == [
        (None, "a"), ("state", "b"), (None, "on %(day)s, 5%%"), (None, "one line", "%(n)s lines"), (None, "none"), (None, "c"),
    ]  # fmt: skip


def test_the_words_of_a_policy_are_read():
    text = """
        [hours.office]
        name = "Office hours"
        [severities.1]
        name = "Outage"
        definition = "All is down."
        web = false
        [regions.EMEA]
        name = "Europe"
        zone = "Europe/Berlin"
        phones = [{ country = "DE", number = "1", costs = "free" }, { country = "FR", number = "2" }]
        [levels.basic]
        name = "Basic"
        [contact]
        links = [{ name = "Forum", address = "https://halden.example" }]"""
    assert _forms(of_policy(text)) == [
        (None, each) for each in ("Office hours", "Outage", "All is down.", "Europe", "free", "Forum")
    ]


def test_a_text_of_a_button_is_known_for_one(tmp_path):
    page = tmp_path / "portal" / "templates" / "portal" / "x.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        '{% load i18n %}<h1>{% translate "a" %}</h1><button class="button">{% translate "b" %}</button>'
        '<a class="button" href="/">{% icon "x" %} {% translate "c" %}</a>'
    )
    found = {each.forms[0]: (each.pressed, each.places) for each in messages(tmp_path, None)}
    place = frozenset({"portal/templates/portal/x.html"})
    assert found == {"a": (False, place), "b": (True, place), "c": (True, place)}


def test_what_only_the_desk_and_the_commands_say_is_not_for_people():
    def said(*places):
        return Message(forms=(" ".join(places),), places=frozenset(places))

    every = [said("desk/a.py"), said("cli/a.py"), said("desk/a.py", "kit/b.py"), said("portal/a.py")]
    assert for_people(every) == every[2:]


def test_the_source_has_its_messages_each_once():
    found = messages()
    assert len({(each.context, each.forms) for each in found}) == len(found) > 2000
    assert {each.forms[0] for each in found if each.pressed} >= {"Licences", "Sign out"}
