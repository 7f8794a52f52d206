"""The script as it is built now."""

from functools import cache
from pathlib import Path

import snippet_server

FOLDER = Path(snippet_server.__file__).parent


@cache
def built() -> str:
    """Give the newest released script."""
    return (FOLDER / "released" / "snippet-1.0.0.js").read_text(encoding="utf-8")
