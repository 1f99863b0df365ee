"""What a quantity counts, in the reader's language and number; a meter that is not known stays the file's own word."""

from django.utils.translation import ngettext


def meter_word(meter: str, quantity: int) -> str:
    """The word after the figure: "appliance" for one, "appliances" for two.  Source: ours."""
    n = quantity
    match meter.strip().lower():
        case "appliances":
            return ngettext("appliance", "appliances", n)
        case "machines":
            return ngettext("machine", "machines", n)
        case "seats":
            return ngettext("seat", "seats", n)
        case "servers":
            return ngettext("server", "servers", n)
        case "mailboxes":
            return ngettext("mailbox", "mailboxes", n)
        case "people":
            return ngettext("person", "people", n)
        case "users":
            return ngettext("user", "users", n)
        case "devices":
            return ngettext("device", "devices", n)
        case _:
            return meter
