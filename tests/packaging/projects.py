"""A new Wagtail project that has our wheel and not this checkout, set up as docs/wagtail.md says.

The lines to add are read out of the document, so what a reader copies is what is tested: each
`NAME = ["first", ...]` under «Into a site» puts its words before those of that setting, and the
address in `urlpatterns` goes before the one that Wagtail's own template ends with.
"""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "wagtail.md"
LAST_URL = '    path("", include(wagtail_urls)),\n'
MANY_LINES = re.MULTILINE | re.DOTALL
SERVE = """
import sys, threading
from wsgiref.simple_server import make_server
from mysite.wsgi import application
server = make_server("127.0.0.1", 0, application)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()  # until whoever started this is gone
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a manage.py, and a Python that runs it with our wheel."""

    python: Path
    folder: Path

    def run(self, *arguments: str) -> str:
        """Run Python in the project; give what it says. Wagtail tells of deprecations, no more."""
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}:\n{done.stdout}{done.stderr}"
        assert "Warning" not in done.stderr, done.stderr
        return done.stdout

    def manage(self, *arguments: str) -> str:
        """Run a command of the project."""
        return self.run("manage.py", *arguments)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Run the site for a while, and give its address."""
        with (
            (self.folder / "log").open("wb") as log,
            subprocess.Popen(
                [self.python, "-c", SERVE],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as process,
        ):
            assert process.stdout is not None
            yield process.stdout.readline().strip()
            process.communicate()


def environment() -> dict[str, str]:
    """Give our variables, less those that would lead Python or Django to this checkout."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DJANGO"))}
    return {**kept, "PYTHONWARNINGS": "error::DeprecationWarning,error::PendingDeprecationWarning"}


def install(wheel: Path, folder: Path) -> Path:
    """Make an environment with a wheel in it, and what else the tests' own has; give its Python.

    The other one's packages come last, by a line in a .pth file: Python reads no .pth files of a
    folder that stands there because of another, so the link to this checkout does not come along.
    """
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python))
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def start(python: Path, folder: Path) -> Project:
    """Do `wagtail start mysite` in a folder, and then what the document says."""
    folder.mkdir()
    Project(python, folder).run("-m", "wagtail.bin.wagtail", "start", "mysite", ".")
    settings = folder / "mysite" / "settings" / "base.py"
    urls = folder / "mysite" / "urls.py"
    document = section("Into a site")
    for name, words in lists(document).items():
        lines = "".join(f"    {word!r},\n" for word in words)
        _replace(settings, f"{name} = [\n", f"{name} = [\n{lines}")
    _replace(settings, '"NAME": BASE_DIR', f'{options(document)},\n        "NAME": BASE_DIR')
    _replace(urls, LAST_URL, address(document) + LAST_URL)
    return Project(python, folder)


def section(title: str) -> str:
    """Give the text of the document under a title."""
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {title}\n")
    return rest.partition("\n## ")[0]


def lists(document: str) -> dict[str, list[str]]:
    """Give the words to put first in each setting."""
    found = re.findall(r"^([A-Z_]+) = (\[.*\.\.\.\])$", document, re.MULTILINE)
    return {name: [w for w in ast.literal_eval(text) if w is not ...] for name, text in found}


def options(document: str) -> str:
    """Give what SQLite is to be told."""
    (found,) = re.findall(r'`("OPTIONS": \{.+?\})`', document)
    return str(found)


def address(document: str) -> str:
    """Give the lines that stand before Wagtail's own addresses."""
    (found,) = re.findall(r"^urlpatterns = \[\n(.+?)" + re.escape(LAST_URL), document, MANY_LINES)
    return str(found)


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name} holds «{old}» {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")
