"""Pure decisions about cases: what the events add up to, what was promised, and who may do what when."""

from tenure.cases.rules.fold import fold
from tenure.cases.rules.promises import promises
from tenure.cases.rules.steps import check_step, steps

__all__ = ["check_step", "fold", "promises", "steps"]
