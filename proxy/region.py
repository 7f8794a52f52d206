"""The region a request comes from, where the site has a way to know: "NL", or "NL-NH".

Two ways, both the operator's choice: a field that the CDN in front sets (`RegionByHeader`), and a
file in MaxMind's format (`RegionByFile`). With both, the first that knows counts; with none,
nobody knows. A region is the country's code and, where the file has it, the first subdivision's;
never a place, and the address it was looked up by is kept nowhere.

- A field counts from a trusted peer only: anybody else could claim to be anywhere.
- A lookup never raises: an address that is private, unknown or none has no region.
- The file is opened once, when the process starts, and read through the page cache. A new one is
  put in its place by renaming, and taken up with the next start.

Errors: ConfigError where a file cannot be opened, or maxminddb is not installed. Source: ISO
3166-1 and -2; the MaxMind DB format 2.0, and the fields of GeoLite2, GeoIP2 and DB-IP.
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from calltrack.errors import ConfigError
from proxy.forwarded import last_value
from proxy.gate import RequestFacts

if TYPE_CHECKING:
    from maxminddb import Reader

UNKNOWN = ""

_ISO_3166 = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_FIELD_NAME = re.compile(r"[A-Za-z0-9-]+")
_NOWHERE = frozenset({"XX", "ZZ"})  # "unknown", say Cloudflare and Google; Tor's T1 is no code


class RegionSource(Protocol):
    """A way to know where a request comes from."""

    def region_of(self, facts: RequestFacts) -> str:
        """Give the region's code, "" where it is not known."""

    def close(self) -> None:
        """Let go of what was opened."""


@dataclass(frozen=True, slots=True)
class RegionByHeader:
    """Believes a field that the CDN in front sets, such as CF-IPCountry."""

    name: str

    @classmethod
    def named(cls, name: str) -> "RegionByHeader":
        """Take the name that --region-header gives."""
        if not _FIELD_NAME.fullmatch(name):
            raise ConfigError(f"--region-header {name!r} is no header's name; CF-IPCountry is one")
        return cls(name)

    def region_of(self, facts: RequestFacts) -> str:
        """Give what the field says, if a trusted peer sent it."""
        if not facts.is_trusted:
            return UNKNOWN
        return _code(last_value(facts.fields, self.name.lower().encode()) or "")

    def close(self) -> None:
        """Nothing was opened."""


@dataclass(frozen=True, slots=True)
class RegionByFile:
    """Looks the visitor's address up in a file in MaxMind's format."""

    reader: "Reader"

    @classmethod
    def open(cls, path: Path) -> "RegionByFile":
        """Open the file that --geoip names."""
        try:
            import maxminddb  # noqa: PLC0415  # an edge without --geoip needs no such library
        except ImportError as error:
            raise ConfigError(
                "--geoip needs maxminddb: pip install 'wagtail-calltrack[proxy]'"
            ) from error
        try:
            return cls(maxminddb.open_database(path))
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise ConfigError(
                f"--geoip {path} cannot be read as a MaxMind DB file "
                f"({getattr(error, 'strerror', None) or error}); "
                "name a .mmdb file such as GeoLite2-City.mmdb, unpacked"
            ) from error

    def region_of(self, facts: RequestFacts) -> str:
        """Give the region of the visitor's address."""
        return self.region_at(facts.client)

    def region_at(self, address: str) -> str:
        """Give the region of an address, as text."""
        try:
            parsed = ipaddress.ip_address(address.strip("[]"))
        except ValueError:
            return UNKNOWN
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return _region_in(self._found(parsed)) if parsed.is_global else UNKNOWN

    def close(self) -> None:
        """Close the file."""
        self.reader.close()

    def _found(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> object:
        from maxminddb import InvalidDatabaseError  # noqa: PLC0415  # as in `open`

        try:
            return self.reader.get(address)
        except (InvalidDatabaseError, ValueError):  # a broken record; IPv6 in a file of IPv4
            return None


@dataclass(frozen=True, slots=True)
class Regions:
    """Asks one way after the other; the first that knows counts."""

    sources: Sequence[RegionSource] = ()

    def region_of(self, facts: RequestFacts) -> str:
        """Give the region that the first of them knows."""
        found = (source.region_of(facts) for source in self.sources)
        return next((region for region in found if region), UNKNOWN)

    def close(self) -> None:
        """Close them all."""
        for source in self.sources:
            source.close()


def open_regions(*, header: str | None, geoip: Path | None) -> Regions:
    """Make what --region-header and --geoip ask for."""
    sources: list[RegionSource] = []
    if header is not None:
        sources.append(RegionByHeader.named(header))
    if geoip is not None:
        sources.append(RegionByFile.open(geoip))
    return Regions(tuple(sources))


def _code(said: object) -> str:
    code = said.strip().upper() if isinstance(said, str) else ""
    return code if _ISO_3166.fullmatch(code) and code not in _NOWHERE else UNKNOWN


def _region_in(record: object) -> str:
    """Read country and first subdivision; files of countries alone have shapes of their own."""
    if not isinstance(record, Mapping):
        return UNKNOWN
    country = _country(record)
    subdivisions = record.get("subdivisions")
    first = subdivisions[0] if isinstance(subdivisions, list) and subdivisions else None
    part = first.get("iso_code") if isinstance(first, Mapping) else None
    return (_code(f"{country}-{part}") if part else UNKNOWN) or country


def _country(record: Mapping[str, object]) -> str:
    for name in ("country", "registered_country", "country_code"):
        said = record.get(name)
        code = _code(said.get("iso_code") if isinstance(said, Mapping) else said)
        if code:
            return code
    return UNKNOWN
