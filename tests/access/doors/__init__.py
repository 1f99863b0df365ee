"""The table of doors: who enters where.

A new URL gets its row beside the view it leads to: pages for anyone in `anyone`, of customers and resellers in `portal`,
of the vendor's people in `desk`; a new operation of the API gets its line in `api`.  A row says what `rows.Door` says.
"""

from tests.access.doors import anyone, desk, portal
from tests.access.doors.rows import Door

PARTS = (anyone.DOORS, portal.DOORS, desk.DOORS)
DOORS: dict[str, Door] = {name: door for part in PARTS for name, door in part.items()}
