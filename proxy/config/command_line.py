"""The table of settings as options, in groups.

What is not said is not in the Namespace, and what is said stands there as it was typed: `reading`
reads it, so that all problems are told at once.

A secret on a command line is refused: every user of the machine can read it there.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proxy.config.setting import Setting
from proxy.config.settings import OF_A_SITE, SECRETS, SECTIONS, SETTINGS

CONFIG_HELP = (
    "the settings, in TOML (docs/proxy-config.md); an option here, or a variable of the "
    "environment, counts before it (default: CALLTRACK_CONFIG)"
)


def add_arguments(parser: argparse.ArgumentParser, *, has_site: bool = True) -> None:
    """Describe every setting that is an option, by section; without a site those that are left."""
    known = [one for one in SETTINGS if one.is_option and (has_site or one.name not in OF_A_SITE)]
    for section in SECTIONS:
        found = [one for one in known if one.section == section.name]
        group = parser.add_argument_group(section.title) if found else None
        for one in found:
            (group or parser).add_argument(one.option, dest=one.name, **_shape(one))
    for secret in SECRETS:
        parser.add_argument(secret.option, action=_Refused, nargs="?", help=argparse.SUPPRESS)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Describe where the file is."""
    parser.add_argument(
        "--config", type=Path, default=argparse.SUPPRESS, metavar="FILE", help=CONFIG_HELP
    )


def _shape(one: Setting) -> dict[str, Any]:
    said = f"{one.help} (default: {one.default_words})".replace("%", "%%")
    if one.kind.is_flag:
        flag = argparse.BooleanOptionalAction
        return {"action": flag, "default": argparse.SUPPRESS, "help": said}
    action = "append" if one.kind.is_many else "store"
    return {
        "action": action,
        "default": argparse.SUPPRESS,
        "metavar": one.metavar or None,
        "help": said,
    }


class _Refused(argparse.Action):
    """A secret where everybody sees it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        _values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Refuse it, and say what to do."""
        secret = next(one for one in SECRETS if one.option == option_string)
        parser.error(
            f"{option_string}: a secret has no place on a command line, where all users of this "
            f"machine can read it; put it into {secret.variable}, {secret.way_out}"
        )
