"""`make snippet`: the script as it is released, built from its source; and the list of releases.

What is built is the source without its comments and with short names (`minify`). Two things are
done before, as that does not: numbers with a name stand where they are used, and `const` is `let`.

A version that was released never changes: browsers keep it for good, and pages name its hash. A
change of the script is a new version: raise VERSION, and run `make snippet`.
"""

import base64
import hashlib
import json
import re
from pathlib import Path

import minify

import snippet_server

VERSION = "1.0.0"
FOLDER = Path(snippet_server.__file__).parent
SOURCE = FOLDER / "script" / "calltrack.js"
RELEASED = FOLDER / "released"
HASHES = RELEASED / "released.json"

_NUMBER = re.compile(r"^  const ([A-Z_]+) = (\w+);.*\n", re.MULTILINE)


def newest() -> Path:
    """Give the file of the newest version."""
    return RELEASED / f"snippet-{VERSION}.js"


def built() -> str:
    """Build the script."""
    source = SOURCE.read_text(encoding="utf-8")
    numbers = {name: str(int(value, 0)) for name, value in _NUMBER.findall(source)}
    source = _NUMBER.sub("", source)
    source = re.sub(r"\b[A-Z_]{3,}\b", lambda word: numbers.get(word[0], word[0]), source)
    source = re.sub(r"\bconst\b", "let", source)
    return str(minify.string("application/javascript", source))


def integrity(text: bytes) -> str:
    """Give what a page may name to have no other script."""
    return "sha384-" + base64.b64encode(hashlib.sha384(text).digest()).decode()


def main() -> None:
    """Write the newest version, and its hash."""
    text = built()
    newest().write_text(text, encoding="utf-8")
    hashes = json.loads(HASHES.read_text(encoding="utf-8")) if HASHES.exists() else {}
    hashes[newest().name] = integrity(text.encode())
    HASHES.write_text(json.dumps(hashes, indent=2, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
