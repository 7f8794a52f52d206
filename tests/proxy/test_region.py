"""Where a request comes from."""

import sys
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from multidict import CIMultiDict, CIMultiDictProxy
from netaddr import IPSet

from calltrack.errors import ConfigError
from proxy.gate import RequestFacts
from proxy.region import RegionByFile, open_regions

AMSTERDAM = {"country": {"iso_code": "NL"}, "subdivisions": [{"iso_code": "NH"}]}
RECORDS: dict[str, Any] = {
    "81.2.69.0/24": AMSTERDAM,
    "2a02:a440::/32": AMSTERDAM,
    "81.2.70.0/24": {"country": {"iso_code": "BE"}},
    "81.2.71.0/24": {"registered_country": {"iso_code": "DE"}},
    "81.2.72.0/24": {"country_code": "FR"},
    "81.2.73.0/24": {"country": "GB"},
    "81.2.74.0/24": {"country": {"iso_code": "<b>"}, "subdivisions": "?"},
    "81.2.75.0/24": {"country": {"iso_code": "LU"}, "subdivisions": [{"iso_code": "?"}]},
    "81.2.76.0/24": {"city": {"names": {"en": "Nowhere"}}},
    "81.2.77.0/24": "no record",
    "10.0.0.0/8": AMSTERDAM,
}


@pytest.fixture(scope="module")
def geoip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file as the site would supply it."""
    writer = MMDBWriter(ip_version=6, database_type="Test-City", ipv4_compatible=True)
    for network, record in RECORDS.items():
        writer.insert_network(IPSet([network]), record)
    path = tmp_path_factory.mktemp("geoip") / "city.mmdb"
    writer.to_db_file(str(path))
    return path


def facts(client: str = "", *, is_trusted: bool = True, **headers: str) -> RequestFacts:
    sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return RequestFacts(
        method="GET",
        scheme="https",
        authority="www.firm.test",
        host="www.firm.test",
        target="/",
        peer="127.0.0.1",
        client=client,
        is_trusted=is_trusted,
        headers=CIMultiDictProxy(CIMultiDict(sent)),
        fields=[(name.encode(), value.encode()) for name, value in sent],
    )


@pytest.mark.parametrize(
    ("said", "region"),
    [
        pytest.param("NL", "NL", id="country"),
        pytest.param("nl", "NL", id="small-letters"),
        pytest.param("NL-NH", "NL-NH", id="province"),
        pytest.param("GB-ENG", "GB-ENG", id="three-letters"),
        pytest.param("US-6", "US-6", id="a-digit"),
        pytest.param("SE, NL", "NL", id="the-last-one-is-the-trusted-peer's"),
        pytest.param("XX", "", id="unknown"),
        pytest.param("ZZ", "", id="unknown-to-others"),
        pytest.param("T1", "", id="tor"),
        pytest.param("NLD", "", id="three-letters-of-a-country"),
        pytest.param("NL-NOORD", "", id="too-long"),
        pytest.param("Netherlands", "", id="a-name"),
        pytest.param("<script>", "", id="markup"),
        pytest.param("ＮＬ", "", id="wide-letters"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_field_of_the_cdn_in_front_names_the_region(said: str, region: str) -> None:
    regions = open_regions(header="CF-IPCountry", geoip=None)

    assert regions.region_of(facts(cf_ipcountry=said)) == region


def test_a_field_counts_from_a_trusted_peer_only() -> None:
    regions = open_regions(header="CF-IPCountry", geoip=None)

    assert regions.region_of(facts(CF_IPCountry="NL", is_trusted=True)) == "NL"
    assert regions.region_of(facts(CF_IPCountry="NL", is_trusted=False)) == ""
    assert regions.region_of(facts(CF_IPState="NL")) == ""


@pytest.mark.parametrize(
    ("address", "region"),
    [
        pytest.param("81.2.69.160", "NL-NH", id="country-and-province"),
        pytest.param("2a02:a440::1", "NL-NH", id="ipv6"),
        pytest.param("[2a02:a440::1]", "NL-NH", id="ipv6-in-brackets"),
        pytest.param("::ffff:81.2.69.160", "NL-NH", id="ipv4-inside-ipv6"),
        pytest.param("81.2.70.1", "BE", id="country-alone"),
        pytest.param("81.2.71.1", "DE", id="registered-country"),
        pytest.param("81.2.72.1", "FR", id="a-file-of-countries"),
        pytest.param("81.2.73.1", "GB", id="another-file-of-countries"),
        pytest.param("81.2.74.1", "", id="no-code"),
        pytest.param("81.2.75.1", "LU", id="a-province-that-is-none"),
        pytest.param("81.2.76.1", "", id="a-record-without-a-country"),
        pytest.param("81.2.77.1", "", id="a-record-that-is-a-word"),
        pytest.param("8.8.8.8", "", id="not-in-the-file"),
        pytest.param("10.0.0.1", "", id="private"),
        pytest.param("127.0.0.1", "", id="loopback"),
        pytest.param("fe80::1%eth0", "", id="with-a-zone"),
        pytest.param("unknown", "", id="no-address"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_file_names_the_region_of_an_address(geoip: Path, address: str, region: str) -> None:
    regions = open_regions(header=None, geoip=geoip)

    assert regions.region_of(facts(address)) == region
    regions.close()


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"as a MaxMind DB file \(No such file or directory\)"):
        RegionByFile.open(tmp_path / "nowhere.mmdb")


def test_a_file_of_ipv4_knows_no_ipv6(tmp_path: Path) -> None:
    writer = MMDBWriter(ip_version=4)
    writer.insert_network(IPSet(["81.2.69.0/24"]), AMSTERDAM)
    writer.to_db_file(str(tmp_path / "v4.mmdb"))
    by_file = RegionByFile.open(tmp_path / "v4.mmdb")

    assert by_file.region_at("81.2.69.1") == "NL-NH"
    assert by_file.region_at("2a02:a440::1") == ""


def test_a_file_whose_records_are_broken_has_no_regions(geoip: Path, tmp_path: Path) -> None:
    whole = geoip.read_bytes()
    broken = tmp_path / "broken.mmdb"
    start = whole.index(b"\x00" * 16) + 16  # what follows the tree: the records
    end = whole.rindex(b"\xab\xcd\xefMaxMind.com")
    broken.write_bytes(whole[:start] + b"\xff" * (end - start) + whole[end:])

    assert RegionByFile.open(broken).region_at("81.2.69.160") == ""


def test_the_first_way_that_knows_counts(geoip: Path) -> None:
    regions = open_regions(header="CF-IPCountry", geoip=geoip)

    assert regions.region_of(facts("81.2.69.160", CF_IPCountry="SE")) == "SE"
    assert regions.region_of(facts("81.2.69.160", CF_IPCountry="XX")) == "NL-NH"
    assert regions.region_of(facts("10.0.0.1")) == ""


def test_nobody_knows_where_nothing_was_set_up() -> None:
    regions = open_regions(header=None, geoip=None)

    assert regions.region_of(facts("81.2.69.160", CF_IPCountry="NL")) == ""


def test_a_file_that_cannot_be_read_is_named_with_the_option(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.mmdb"
    wrong.write_bytes(b"PK\x03\x04 packed")

    for path in (wrong, tmp_path / "none.mmdb", tmp_path):
        with pytest.raises(ConfigError, match=r"--geoip .*cannot be read") as raised:
            open_regions(header=None, geoip=path)
        assert str(path) in str(raised.value)


@pytest.mark.parametrize("name", ["CF IPCountry:", ""])
def test_a_name_that_no_header_has_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="--region-header"):
        open_regions(header=name, geoip=None)


def test_without_the_library_the_error_says_how_to_get_it(
    geoip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "maxminddb", None)

    with pytest.raises(ConfigError, match=r"pip install 'wagtail-calltrack\[proxy\]'"):
        open_regions(header=None, geoip=geoip)
