"""The words of activation: answers, states, what happened."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tenure.activation.words import CodeRow, FileRow, MachineRow, Standing
from tenure.entitlements.meters import meter_word
from tenure.journal.words import Line
from tenure.kit.states import Word
from tenure.toolbox.formats import day_words, in_zone, quantity_words

ONE_DAY = timedelta(days=1)
HAPPENED: dict[str, Promise] = {
    "activation.activated": lazy("In use on %(host)s, %(units)s"),
    "activation.units_changed": lazy("On %(host)s, from %(before)s to %(units)s"),
    "activation.moved": lazy("Moved from %(from)s to %(to)s"),
    "activation.ended": lazy("Ended on %(host)s, %(units)s free again"),
    "activation.file_issued": lazy("File %(number)s made"),
    "activation.file_withdrawn": lazy("File %(number)s withdrawn"),
    "activation.files_for_any_machine": lazy("Files for any machine given"),
    "activation.licence_withdrawn": lazy("All taken back: %(codes)s codes, %(files)s files, %(machines)s machines"),
    "activation.code_withdrawn": lazy("An activation code withdrawn"),
}
ENDINGS: dict[str, Promise] = {
    "replaced": lazy("Replaced"),
    "moved": lazy("Withdrawn: moved to another machine"),
    "ended": lazy("Withdrawn: the use has ended"),
}


def answer(standing: Standing, meter: str) -> SafeString:
    """How many are in use, and how many are free."""
    used = {
        "used": quantity_words(standing.used), "quantity": quantity_words(standing.quantity),
        "meter": meter_word(meter, standing.quantity),
        "machines": quantity_words(standing.machines), "free": quantity_words(standing.free),
        "over": quantity_words(standing.over),
    }  # fmt: skip
    if not standing.machines:
        return format_html(_("Not in use on any machine yet: all {quantity} {meter} are free."), **used)
    if standing.over:
        return format_html(
            _('<b data-tone="bad">{used} of {quantity} {meter}</b> are in use: {over} more than are licensed.'), **used
        )
    said = ngettext(
        '<b data-tone="good">{used} of {quantity} {meter}</b> are in use, on {machines} machine; {free} are free.',
        '<b data-tone="good">{used} of {quantity} {meter}</b> are in use, on {machines} machines; {free} are free.',
        standing.machines,
    )
    return format_html(said, **used)


def code_state(code: CodeRow, today: date) -> Word:
    """Whether a code's term holds today."""
    if not code.is_held:
        return Word(tone="quiet", icon="circle-minus", word=_("Its term stands no more"))
    if code.starts is None or code.ends is None:
        return Word(tone="good", icon="circle-check", word=_("Without end"))
    if today < code.starts:
        return Word(tone="wait", icon="clock", word=_("Begins %(day)s") % {"day": day_words(code.starts)})
    if today >= code.ends:
        return Word(tone="quiet", icon="circle-minus", word=_("Ended"))
    return Word(tone="good", icon="circle-check", word=_("Holds now"))


def file_state(row: FileRow) -> Word:
    """Whether a file holds."""
    if row.withdrawn_at is None:
        return Word(tone="good", icon="circle-check", word=_("Valid"))
    ending = ENDINGS.get(row.why)
    return Word(tone="quiet", icon="circle-minus", word=str(ending) if ending else _("Withdrawn: %s") % row.why)


def machine_answer(row: MachineRow, meter: str, zone: str) -> SafeString:
    """Where one machine stands."""
    said = {"units": quantity_words(row.units), "meter": meter_word(meter, row.units), "host": row.moved_to}
    began, ended = in_zone(row.activated_at, zone).date(), row.ended_at and in_zone(row.ended_at, zone).date()
    said["began"], said["ended"] = day_words(began), day_words(ended) if ended else ""
    if ended is None:
        return format_html(_('<b data-tone="good">In use since {began}</b> with {units} {meter}.'), **said)
    if row.moved_to:
        return format_html(_("Ended on {ended}: <b>moved to {host}</b>. Its files hold no longer."), **said)
    return format_html(_("Ended on {ended}. Its files hold no longer."), **said)


def happened(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What happened, ready to print; the newest first."""
    return [
        {"line": line, "words": str(HAPPENED[line.verb]) % _facts(line)} for line in lines if line.verb in HAPPENED
    ]  # fmt: skip


def _facts(line: Line) -> dict[str, str]:
    """The facts of a line as words; a fact that an old line lacks is empty."""
    given = line.facts if isinstance(line.facts, dict) else {}
    told = {key: quantity_words(value) if isinstance(value, int) else str(value or "") for key, value in given.items()}
    return {
        "host": "",
        "units": "",
        "before": "",
        "from": "",
        "to": "",
        "number": "",
        "codes": "",
        "files": "",
        "machines": "",
        **told,
    }
