"""Cells of a file: what a spreadsheet could run is text, and an amount stays an amount."""

from decimal import Decimal

import pytest

from tenure.toolbox.sheets import harmless


@pytest.mark.parametrize(("cell", "said"), [
    (Decimal("-174.39"), "-174.39"), (Decimal("1E+3"), "1000"), ("-174.39", "'-174.39"), ("=1+1", "'=1+1"), (None, ""),
])  # fmt: skip
def test_a_credit_keeps_its_minus_sign_and_a_text_cannot_become_a_formula(cell, said) -> None:
    assert harmless(cell) == said
