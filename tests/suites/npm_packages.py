"""Packages of npm that tests use, fetched once by the ordinary npm into a cache folder.

Nothing is installed: each package is loaded as the archive that npm has, held against the checksum
that stands here, and unpacked. None of its scripts for installing runs.
"""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from tests.outside import cache_folder, missing, program

PACKAGES = {
    "http-cache-tests@0.4.5": "DjuwN9nUZXLTW+wav1LRESCZNVxl8SshwOy4z1pxuWbWt5/ay6sM9QQ1lebBaDO6P1IM"
    "BoK6mdf+PuVP/QNL8A==",
    "node-fetch@2.7.0": "c4FRfUm/dbcWZ7U+1Wq0AwCyFL+3nt2bEw05wfxSz+DWpWsitgmSgYmy2dQdWyKC1694ELPqMs"
    "/YzUSNozLt8A==",
    "whatwg-url@5.0.0": "saE57nupxk6v3HY35+jzBwYa0rKSy0XR8JSxZPwgLr7ys0IBzhGviA1/TUGJLmSVqs8pb9AnvI"
    "CXEuOHLprYTw==",
    "tr46@0.0.3": "N3WMsuqV66lT30CrXNbEjx4GEwlow3v6rr4mCcv6prnfwhS01rkgyFdjPNBYd9br7LpXV1+Emh01fHnq"
    "2Gdgrw==",
    "webidl-conversions@3.0.1": "2JAn3z8AR6rjK8Sm8orRC0h/bcl/DqL7tRPdGZ4I1CjdF+EaMLmYxBHyXuKL849euc"
    "PFhvBoxMsflfOb8kxaeQ==",
}
"""What http-cache-tests needs. By name and version: the archive's SHA-512, as npm writes it."""

WAIT_SECONDS = 120


def unpacked(folder: Path) -> Path:
    """Lay http-cache-tests into a folder, with what it needs; give its own. Skip without it."""
    return unpack(folder, PACKAGES) / "http-cache-tests"


def unpack(folder: Path, packages: Mapping[str, str]) -> Path:
    """Lay packages into a folder; give the one that holds them. Skip where none can be had."""
    modules = folder / "node_modules"
    for archive in _archives(packages):
        name = archive.name.rpartition("-")[0]
        with tarfile.open(archive) as files:
            files.extractall(modules / name, filter="data")
        for member in (modules / name / "package").iterdir():
            member.rename(modules / name / member.name)
    return modules


def _archives(packages: Mapping[str, str]) -> Collection[Path]:
    """Give the archives, loaded if they are not here yet."""
    folder = cache_folder()
    paths = {spec: folder / f"{spec.replace('@', '-')}.tgz" for spec in packages}
    absent = [spec for spec, path in paths.items() if not path.exists()]
    if absent:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as loading:
            _load(absent, Path(loading))
            for spec in absent:
                (Path(loading) / paths[spec].name).replace(paths[spec])
    for spec, path in paths.items():
        found = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode("ascii")
        assert found == packages[spec], f"{path} is not the package these tests are made for"
    return paths.values()


def _load(specs: list[str], folder: Path) -> None:
    npm = program("npm", "npm")
    command = [npm, "pack", "--silent", "--pack-destination", str(folder), *specs]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        missing(f"{specs[0]} could not be fetched: npm took over {WAIT_SECONDS} seconds")
    if done.returncode != 0:
        missing(f"{specs[0]} could not be fetched: {done.stderr.strip()[-200:]}")
