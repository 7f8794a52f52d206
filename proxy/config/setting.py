"""One row of the table of settings, and the names that follow from its own."""

from dataclasses import dataclass
from typing import Any

from proxy.config.kinds import Kind

ENVIRONMENT = "CALLTRACK_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `name` is its place in the Namespace that `run` reads.

    `default` is a value as `kind` reads it; where it is None, `otherwise` says what happens.
    """

    section: str
    key: str
    name: str
    kind: Kind
    help: str
    default: Any = None
    otherwise: str = ""
    unit: str = ""
    metavar: str = ""
    is_option: bool = True  # it stands on the command line, too
    is_required: bool = False  # in its row

    @property
    def path(self) -> str:
        """Its name in the file."""
        return f"{self.section}.{self.key}"

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{ENVIRONMENT}{self.name.upper()}"

    @property
    def default_words(self) -> str:
        """Say what is in force when nobody says anything."""
        if self.is_required:
            return "required"
        if self.default is None or self.default == ():
            return self.otherwise or "none"
        if self.kind.is_flag:
            return "yes" if self.default else "no"
        shown = self.kind.written(self.default)
        return f"{shown:,} {self.unit}".rstrip() if isinstance(shown, int) else f"{shown}"


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the file."""

    name: str
    title: str
    is_rows: bool = False  # [[sites]]


@dataclass(frozen=True, slots=True)
class Secret:
    """What stands in the environment or in a file of its own, never in our file or an option."""

    variable: str
    section: str
    key: str  # where people would write it
    way_out: str  # what to do

    @property
    def option(self) -> str:
        """The option that people would write."""
        return f"--{self.variable.removeprefix(ENVIRONMENT).lower().replace('_', '-')}"
