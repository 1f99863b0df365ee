"""The sections of the policy file on licences in use, on how to begin, and on whom to reach."""

from tenure.policy.rules.reading import Table, shown
from tenure.policy.rules.sections import MOST_DAYS, read_email
from tenure.policy.words import (
    Activation,
    Compliance,
    ContactPage,
    FirstStep,
    GettingStarted,
    LicenceCare,
    LicencePurpose,
    Lifecycle,
    Link,
)

LONGEST_ADDRESS = 500


def read_activation(table: Table) -> Activation:
    """Source: A7; the numbers are ours."""
    activation = Activation(
        most_moves_a_year=table.number("most_moves_a_year", most=1_000),
        check_in_days=table.number("check_in_days", least=1, most=MOST_DAYS),
        clock_slack_hours=table.number("clock_slack_hours", least=1, most=24 * MOST_DAYS),
        revocation_list_days=table.number("revocation_list_days", least=1, most=MOST_DAYS),
    )
    table.done()
    return activation


def read_compliance(table: Table) -> Compliance:
    """Source: A9; ours."""
    compliance = Compliance(
        counted_purposes=table.choices("counted_purposes", LicencePurpose),
        fresh_days=table.number("fresh_days", least=1, most=MOST_DAYS),
    )
    table.done()
    return compliance


def read_licence_care(table: Table) -> LicenceCare:
    """Source: A8; the numbers are ours."""
    care = LicenceCare(
        claim_answer_days=table.number("claim_answer_days", least=1, most=MOST_DAYS),
        undo_days=table.number("undo_days", most=MOST_DAYS),
    )
    table.done()
    return care


def read_getting_started(table: Table) -> GettingStarted:
    """Source: A7; the order is ours."""
    started = GettingStarted(
        software=table.choices("software", FirstStep),
        online_service=table.choices("online_service", FirstStep),
        hardware=table.choices("hardware", FirstStep),
    )
    table.done()
    return started


def read_lifecycle(table: Table) -> Lifecycle:
    """Source: A10; ours."""
    lifecycle = Lifecycle(
        soon_days=table.number("soon_days", most=MOST_DAYS),
        named_days=table.number("named_days", most=MOST_DAYS),
        recent_days=table.number("recent_days", most=MOST_DAYS),
    )
    table.done()
    return lifecycle


def read_contact(table: Table) -> ContactPage:
    """Source: D17."""
    page = ContactPage(
        security_response_email=read_email(table, "security_response_email"),
        links=tuple(_read_link(row) for row in table.rows("links")),
    )
    table.done()
    return page


def _read_link(table: Table) -> Link:
    link = Link(name=table.text("name"), address=table.text("address", longest=LONGEST_ADDRESS))
    if table.sound("address") and not link.address.startswith("https://"):
        table.blame("address", f"{shown(link.address)} does not begin with https://")
    table.done()
    return link
