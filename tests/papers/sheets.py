"""A document to print, whose words a test may change."""

from dataclasses import replace
from datetime import date

from tenure.papers.words import Fact, Grid, Part, Sheet

SHEET = Sheet(
    kind="certificate",
    about="12345678-1234567",
    language="en",
    vendor="Halden Systems",
    title="Licence certificate 12345678-1234567",
    lead="Halden Vault for Aster Werke.",
    dated_on=date(2026, 3, 31),
    facts=(Fact(label="Customer", value="Aster Werke"), Fact(label="Through", value="Cinder\nOslo")),
    grids=(
        Grid(
            title="Products",
            head=("Product", "Quantity", "Last day"),
            rows=(("Halden Vault 9.4\nM1234567890", "1,182 seats", "31 Mar 2027"),),
            figures=(1,),
        ),
    ),
    parts=(Part(title="What next", paragraphs=("Register the serial number.",)),),
    foot=("Halden Systems", "Hafenstrasse 12", "20459 Hamburg"),
    page_words="Page {page} of {pages}",
)


def sheet(**changed) -> Sheet:
    return replace(SHEET, **changed)
