"""Every package's docstring is its map: it names each module there is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = [
    "calltrack",
    "calltrack/link",
    "calltrack/stores",
    "calltrack/telephony",
    "demo",
    "proxy",
    "proxy/config",
    "proxy/rewrite",
    "proxy/simulation",
    "proxy/upstream",
    "proxy/workers",
    "settings",
    "snippet_server",
    "wagtail_calltrack",
    "wagtail_calltrack/access",
    "wagtail_calltrack/bulk_actions",
    "wagtail_calltrack/call_settings",
    "wagtail_calltrack/calllog",
    "wagtail_calltrack/campaigns",
    "wagtail_calltrack/content",
    "wagtail_calltrack/dashboard",
    "wagtail_calltrack/guard",
    "wagtail_calltrack/health",
    "wagtail_calltrack/importing",
    "wagtail_calltrack/inbox",
    "wagtail_calltrack/ingest",
    "wagtail_calltrack/jobs",
    "wagtail_calltrack/judging",
    "wagtail_calltrack/leads",
    "wagtail_calltrack/live",
    "wagtail_calltrack/models",
    "wagtail_calltrack/previewing",
    "wagtail_calltrack/privacy",
    "wagtail_calltrack/reports",
    "wagtail_calltrack/rollups",
    "wagtail_calltrack/settling",
    "wagtail_calltrack/viewsets",
    "wagtail_calltrack/why",
]


def map_of(package: Path) -> set[str]:
    """Give the words of a package's docstring."""
    source = (package / "__init__.py").read_text(encoding="utf-8")
    return set(re.findall(r"\w+", ast.get_docstring(ast.parse(source)) or ""))


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_names_each_of_its_modules(name: str) -> None:
    package = ROOT / name
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}

    assert sorted(modules - map_of(package)) == []
