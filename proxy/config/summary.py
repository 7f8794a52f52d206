"""What is in force, and from where it came: a line for each setting.

Rule: no secret is told, only whether there is one. Of an address the login and what stands behind
its ? are left out: they may be secrets.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from proxy.config.reading import Settings
from proxy.config.setting import ENVIRONMENT, Section, Setting
from proxy.config.settings import SECRETS, SECTIONS, SETTINGS
from proxy.upstreams import Site

_LOGIN = re.compile(r"(?<=://)[^/?]*@")


def summary(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """Give the lines."""
    for section in SECTIONS:
        rows = list(_rows(settings, section))
        if rows:
            yield f"[{section.name}]"
            yield from _table(rows)
    yield "[secrets]"
    yield from _table(
        [_secret(name, settings, environ) for name in (one.variable for one in SECRETS)]
    )


def _rows(settings: Settings, section: Section) -> Iterator[tuple[str, str, str]]:
    if section.is_rows:
        for site in settings.sites:
            if lines := settings.host_lines.get(site.hosts[0]):
                yield ", ".join(site.hosts), _site(site), lines
        return
    for one in SETTINGS:
        if one.section == section.name:
            value = settings.values[one.name]
            yield one.key, _shown(one, value), settings.origins[one.name]


def _site(site: Site) -> str:
    return f"{site.url} as {site.host_sent}" if site.host_sent else site.url


def _shown(one: Setting, value: Any) -> str:
    """Write a value, without what may be secret in it."""
    if value is None or value == []:
        return f"({one.default_words})"
    written = one.kind.written(value)
    if one.kind.is_flag:
        return "yes" if written else "no"
    text = ", ".join(map(str, written)) if isinstance(written, list) else str(written)
    if "://" in text:
        text = _LOGIN.sub("…@", text)
        text = re.sub(r"\?.*", "?…", text)
    return f"{text} {one.unit}".rstrip()


def _secret(variable: str, settings: Settings, environ: Mapping[str, str]) -> tuple[str, str, str]:
    for name in (f"{variable}_FILE", variable):
        if environ.get(name):
            return variable, "set", name
    file = f"{variable.removeprefix(ENVIRONMENT).lower()}_file"
    if settings.values.get(file) is not None:
        return variable, "set", settings.origins[file]
    return variable, "not set", ""


def _table(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    left = max(len(row[0]) for row in rows)
    middle = min(max(len(row[1]) for row in rows), 48)
    for key, value, origin in rows:
        yield f"  {key:<{left}}  {value:<{middle}}  {origin}".rstrip()
