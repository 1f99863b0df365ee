"""Pure decisions about cases: what the events add up to, what was promised, and who may do what when."""

from tenure.cases.rules.cached import cache_of
from tenure.cases.rules.fold import fold
from tenure.cases.rules.promises import promises
from tenure.cases.rules.steps import check_step, may_work, steps

__all__ = ["cache_of", "check_step", "fold", "may_work", "promises", "steps"]
