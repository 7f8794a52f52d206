"""Build the rewriter's C core where a C compiler and Python's headers are there.

All else about the distribution stands in pyproject.toml. The extension is optional: where it cannot
be built one line says why, and the rewriter runs in pure Python: slower, and to the same bytes.
With CALLTRACK_REWRITER=pure it is left out, for a wheel that fits every machine.
"""

import os
import shlex
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

FOLLOWS = "the rewriter runs in pure Python; on Debian: apt install gcc python3-dev"
BINDING = Path("proxy/rewrite")
CORE = BINDING / "_core"
UNIX_FLAGS = ["-std=c11", "-O3", "-fvisibility=hidden", "-Wall", "-Wextra"]
"""For no machine in particular: a wheel may go elsewhere."""

COMPILED = Extension(
    "proxy.rewrite._compiled",
    [str(path) for folder in (BINDING, CORE) for path in sorted(folder.glob("*.c"))],
    depends=[str(path) for folder in (BINDING, CORE) for path in sorted(folder.glob("*.h"))],
    extra_compile_args=UNIX_FLAGS if os.name == "posix" else [],
    optional=True,
)


class BuildWherePossible(build_ext):
    """Build the extension, or say in one line why not, and what follows."""

    def build_extension(self, ext: Extension) -> None:
        """Build it, or leave it out."""
        why = missing()
        if why is None:
            try:
                super().build_extension(ext)
            except (BaseError, CCompilerError, OSError):  # what it said stands above
                why = "the C compiler failed"
        if why is not None:
            print(f"{why}: {FOLLOWS}", file=sys.stderr)


def missing() -> str | None:
    """Say what a build lacks, or None."""
    if os.name != "posix":
        return None  # setuptools looks for the compiler, in places of its own
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    if shutil.which(compiler) is None:
        return f"no C compiler ({compiler})"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "no headers of Python"
    return None


setup(
    ext_modules=[] if os.environ.get("CALLTRACK_REWRITER") == "pure" else [COMPILED],
    cmdclass={"build_ext": BuildWherePossible},
)
