"""Where the console scripts start: the one module of `calltrack` that may import upward.

The import name `proxy` is also that of the distribution proxy.py, and pip lets one overwrite the
other without a word. So it is looked at before anything of it is used, and the clash is named.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

CLASH = (
    "{command}: the package «proxy» here is not ours but that of another distribution "
    "(proxy.py?): {path}. Give the edge an environment of its own, "
    "or: pip uninstall proxy.py && pip install --force-reinstall 'wagtail-calltrack[proxy]'"
)
MISSING = (
    "{command}: {name} is not installed; this command needs: pip install 'wagtail-calltrack[proxy]'"
)


def clash(command: str) -> str | None:
    """Say in one line that the package `proxy` is another's, or None."""
    spec = importlib.util.find_spec("proxy")
    place = Path(spec.origin) if spec is not None and spec.origin else None
    if place is not None and (place.parent / "rewrite" / "__init__.py").exists():
        return None
    return CLASH.format(command=command, path=place or "nowhere")


def proxy() -> int:
    """Run `calltrack-proxy`. Gives the exit status: 0, 1 (the world), 2 (usage, settings)."""
    return _run("calltrack-proxy", _proxy)


def snippet() -> int:
    """Run `calltrack-snippet`. Gives the exit status as `proxy` does."""
    return _run("calltrack-snippet", _snippet)


def _proxy() -> Callable[[], int]:
    from proxy.__main__ import main  # noqa: PLC0415 - only after a look at whose it is

    return main


def _snippet() -> Callable[[], int]:
    from proxy.snippet_main import main  # noqa: PLC0415 - only after a look at whose it is

    return main


def _run(command: str, load: Callable[[], Callable[[], int]]) -> int:
    """Load a command and run it."""
    found = clash(command)
    if found is not None:
        print(found, file=sys.stderr)
        return 1
    try:
        main = load()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"calltrack", "proxy", "snippet_server"}:
            raise  # a bug of ours, not an extra that was left out
        print(MISSING.format(command=command, name=error.name), file=sys.stderr)
        return 1
    return main()


if __name__ == "__main__":
    sys.exit(proxy())
