"""Van Dam Plafonds in the database: the example of docs/plan.md."""

import re
from pathlib import Path

from calltrack.plan import Plan
from calltrack.planfile import loads
from wagtail_calltrack.plan_in import fill

DOCS = Path(__file__).resolve().parents[2] / "docs" / "plan.md"


def example() -> Plan:
    """Read the first Plan that docs/plan.md shows."""
    found = re.search(
        r"^```toml\n(serial.*?)^```$", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return loads(found[1], "toml")


def make_firm() -> Plan:
    """Fill the database with it."""
    plan = example()
    fill(plan)
    return plan
