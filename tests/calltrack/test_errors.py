"""The tree of errors is drawn as it is."""

import inspect
import re

from calltrack import errors


def drawn() -> dict[str, str]:
    """Read the tree out of the module's docstring: each error, and the one it hangs from."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"[ │├└─]*\b([A-Z]\w+)( {2,}|$)", line)
        if found and line.startswith("    "):
            depth, name = found.start(1), found[1]
            path = [(at, above) for at, above in path if at < depth]
            parents[name] = path[-1][1] if path else "Exception"
            path.append((depth, name))
    return parents


def test_every_error_stands_in_the_drawn_tree_below_its_own_parent() -> None:
    ours = {
        name: one.__bases__[0].__name__
        for name, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, Exception)
    }

    assert drawn() == ours
