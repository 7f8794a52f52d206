"""The settings in force: command line before environment before file before default.

A value is read where it stands, also one that another place overrules: what is wrong is told before
it counts. A variable that is empty counts as not set.

Errors: SettingsError with all problems at once, by `in_force`.
"""

import argparse
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calltrack.errors import SettingsError
from calltrack.stores.redis_urls import is_redis_url
from proxy.config.file import Read, read_file
from proxy.config.setting import Setting
from proxy.config.settings import BY_NAME, OF_A_SITE, SETTINGS
from proxy.config.sites import sites_of
from proxy.upstreams import Site

CONFIG = "CALLTRACK_CONFIG"
DEFAULT = "default"


@dataclass(slots=True)
class Settings:
    """What was found. `origins`: of each setting, where it comes from, in a word or two."""

    file: Path | None = None
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    sites: tuple[Site, ...] = ()
    host_lines: Mapping[str, str] = field(default_factory=dict)  # of rows [[sites]] in force
    problems: list[str] = field(default_factory=list)

    def label(self, name: str) -> str:
        """Name a setting as it was said, for a sentence about it."""
        one, origin = BY_NAME[name], self.origins[name]
        if origin in {one.variable, one.option}:
            return origin
        return one.path if origin == DEFAULT else f"{origin}: {one.path}"

    def secret_as_said(
        self, name: str, sentence: str, environ: Mapping[str, str] = os.environ
    ) -> str:
        """Name a secret's file as it was said: who reads it names a variable, whatever it was."""
        holds_it = BY_NAME[name].variable.removesuffix("_FILE")
        if self.values[name] is None or environ.get(holds_it):
            return sentence
        return re.sub(rf"^{holds_it}(_FILE)?(?=:)", self.label(name), sentence)


def in_force(
    args: argparse.Namespace, environ: Mapping[str, str] = os.environ
) -> argparse.Namespace:
    """Give a command line with every setting in it, wherever it comes from."""
    settings = read_settings(args, environ)
    if settings.problems:
        raise SettingsError(settings.problems)
    return whole(args, settings)


def whole(args: argparse.Namespace, settings: Settings) -> argparse.Namespace:
    """Put the settings into a command line."""
    found = {**vars(args), **settings.values}
    return argparse.Namespace(**{**found, "config": settings.file, "upstreams": settings.sites})


def read_settings(args: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read all four places; what is wrong is in `problems`."""
    named = getattr(args, "config", None) or environ.get(CONFIG)
    path = Path(named) if named else None
    settings = Settings(path)
    read = read_file(path) if path is not None else Read(Path())
    settings.problems += read.problems
    for one in SETTINGS:
        _settle(settings, one, read, args, environ)
    _refuse_password(read, settings.problems)
    if not getattr(args, "has_site", True):
        settings.problems += _without_site(settings, read)
        return settings
    settings.sites, settings.host_lines = sites_of(
        settings.values, settings.origins, read, settings.problems
    )
    return settings


def _without_site(settings: Settings, read: Read) -> Iterator[str]:
    """Tell what has no place, and what must be there, where no site stands behind the server."""
    for name in sorted(OF_A_SITE):
        if settings.origins[name] != DEFAULT:
            yield f"{settings.label(name)}: there is no site behind this server; leave it out"
    for line in read.row_lines:
        yield f"{line}: sites: there is no site behind this server; leave this row out"
    if settings.values["plan"] is None and settings.origins["plan"] == DEFAULT:
        yield "no Plan: name it with --plan, in CALLTRACK_PLAN, or as source under [plan]"


def _settle(
    settings: Settings,
    one: Setting,
    read: Read,
    args: argparse.Namespace,
    environ: Mapping[str, str],
) -> None:
    """Find one setting's value: the last place that has it counts."""
    found, origin = one.default, DEFAULT
    if one.kind.is_many:
        found = list(one.default or ())
    if one.name in read.values:
        found, origin = read.values[one.name], read.lines[one.name]
    said = environ.get(one.variable)
    try:
        if said:
            found, origin = one.kind.from_text(said), one.variable
    except argparse.ArgumentTypeError as error:
        settings.problems.append(f"{one.variable}: {error}")
    try:
        if one.name in args:
            found, origin = _from_option(one, getattr(args, one.name)), one.option
    except argparse.ArgumentTypeError as error:
        settings.problems.append(f"{one.option}: {error}")
    settings.values[one.name] = found
    settings.origins[one.name] = origin


def _refuse_password(read: Read, problems: list[str]) -> None:
    """A login may stand in the address of a store, but not in a file of settings."""
    url = read.values.get("store")
    if url is not None and is_redis_url(url) and "@" in url.partition("?")[0]:
        problems.append(
            f"{read.lines['store']}: store.url: a password has no place in this file; put it into "
            "CALLTRACK_STORE_PASSWORD, and leave out what stands before the @"
        )


def _from_option(one: Setting, said: Any) -> Any:
    if one.kind.is_flag:
        return said
    if one.kind.is_many:
        return [one.kind.read(each) for each in said]
    return one.kind.read(said)
