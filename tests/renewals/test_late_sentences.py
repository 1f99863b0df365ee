"""What lateness costs, said by the policy in force, whatever its rule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tenure.policy.words.known import BackCharge
from tenure.policy.words.pricing import Reinstatement, Surcharge
from tenure.renewals.late_sentences import late_rule
from tests.renewals.books import POLICY

END = "After 365 days without cover the licence has to be bought again."
MORE = "A renewal after the last covered day costs more."


def fee(days: int = 1, *, lapsed: str = "", renewal: str = "", flat: str = "") -> Surcharge:
    return Surcharge(
        from_days=days, percent_of_lapsed_fee=Decimal(lapsed) if lapsed else None,
        percent_of_renewal=Decimal(renewal) if renewal else None, flat={"EUR": Decimal(flat)} if flat else {},
    )  # fmt: skip


@pytest.mark.parametrize(("changed", "said"), [
    ({}, f"{MORE} Every day without cover is charged. On top comes a reinstatement fee, 25 per cent of what the missed"
         f" days cost. {END}"),
    ({"back_charge_percent": Decimal(150), "surcharges": ()},
     f"{MORE} Every day without cover is charged at 150 per cent. {END}"),
    ({"back_charge": BackCharge.LAPSED_MONTHS, "surcharges": (fee(lapsed="25"),)},
     f"{MORE} Every started month without cover is charged. On top comes a reinstatement fee, 25 per cent of what the"
     f" missed days cost. {END}"),
    ({"grace_days": 30, "back_charge": BackCharge.NONE, "surcharges": (fee(renewal="10", flat="100"),)},
     "Until 30 days after the last covered day a renewal is on time. On top comes a reinstatement fee, the greatest of"
     f" these: 10 per cent of the renewal; €100.00 a licence. {END}"),
    ({"back_charge": BackCharge.NONE, "surcharges": (fee(flat="60"), fee(365, flat="120"))},
     f"{MORE} On top comes a reinstatement fee, €60.00 a licence. From 365 days on the reinstatement fee is €120.00 a"
     f" licence. {END}"),
    ({"back_charge": BackCharge.NONE, "surcharges": ()},
     f"A renewal after the last covered day costs no more, but nothing is covered in between. {END}"),
])  # fmt: skip
def test_the_rule_is_said_in_whole_sentences(changed: dict[str, object], said: str):
    rules: Reinstatement = replace(POLICY.reinstatement, **changed)  # type: ignore[arg-type]
    assert late_rule(replace(POLICY, reinstatement=rules), currency="EUR") == said
