import pytest

from proxy.plan_findings import find_numbers, guess_region

URL = "https://www.example.nl/contact/"


def numbers(html: str | bytes, **options: str) -> list[str]:
    data = html if isinstance(html, bytes) else html.encode()
    return [str(found.number) for found in find_numbers(data, url=URL, **options).numbers]


@pytest.mark.parametrize(
    "written",
    [
        "085 - 0199 999",
        "085-0199999",
        "(085) 019 99 99",
        "085.019.99.99",
        "085/0199999",
        "+31 85 0199999",
        "+31 (0)85 019 99 99",
        "0031 85 0199999",
        "+31850199999",
        "085&nbsp;0199&#160;999",
        "085\u20110199\u2011999",
        "085 \u2013 0199999",
        "085&shy;0199\u200b999",
        "<b>085</b> 0199 999",
        "<span>085</span>-<span>0199<wbr>999</span>",
        "085\n  0199999",
        '<a href="tel:+31850199999">Bel ons</a>',
        '<a href=" TEL:085%200199999;ext=1 ">Bel ons</a>',
        "<a href='callto://+31850199999'>Bel ons</a>",
        "<noscript>085 0199999</noscript>",
    ],
)
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    assert numbers(f"<p>Bel {written} of mail</p>") == ["+31850199999"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>call('085 0199999')</script>",
        "<style>/* 085 0199999 */</style>",
        "<title>085 0199999</title>",
        "<textarea>085 0199999</textarea>",
        "<!-- 085 0199999 -->",
        "<input value='085 0199999'>",
        "<div data-calltrack='off'><p>085 0199999</p></div>",
        "<p>085</p><p>0199999</p>",
        "085<br>0199999",
        "<td>085</td><td>0199999</td>",
        "NL91 ABNA 0417 1643 00",
        "KvK 12345678, 12-05-2024, € 1.234.567,89",
        "<a href='tel:'>Bel ons</a>",
        "<a href='tel:CALLUS'>Bel ons</a>",
        "<a href='sms:0850199999'>Bel ons</a>",
        "",
        " ",
        "\0",
        "<!-- nothing -->",
    ],
)
def test_what_is_no_number_for_readers_is_left_out(html: str) -> None:
    assert numbers(html) == []


def test_a_number_is_told_once_with_its_places() -> None:
    page = b"""<html lang="nl-NL"><meta property="og:site_name" content=" Van  Dam ">
    <h2>Rotterdam</h2>
    <p>Bel <b>010</b> - 123 45 67 of <a href="tel:+31101234567">klik</a></p>
    <p>Nog eens: +31 10 123 45 67. Fax: 010 765 43 21</p>"""

    found = find_numbers(page, url=URL)

    first, second = found.numbers
    assert (str(first.number), first.written) == ("+31101234567", "010 - 123 45 67")
    assert (first.near, first.line) == ("Rotterdam · Bel", 3)
    assert dict(first.times) == {"text": 2, "link": 1}
    assert second.near.endswith("Fax:")
    assert (found.region, found.lang, found.name) == ("NL", "nl-NL", "Van Dam")


@pytest.mark.parametrize(
    ("html", "charset"),
    [
        pytest.param("<p>é 085\u00a00199999".encode("latin-1"), "latin-1", id="header"),
        pytest.param("<p>é 085\u00a00199999".encode(), None, id="UTF-8 by its bytes"),
        pytest.param("<p>é 085\u00a00199999".encode("cp1252"), None, id="nothing declared"),
        pytest.param(
            "<meta charset=windows-1252><p>é 085\u00a00199999".encode("cp1252"), None, id="meta"
        ),
        pytest.param("<p>085\u00a00199999".encode("utf-16"), "utf-16", id="UTF-16"),
        pytest.param("<p>085\u00a00199999".encode(), "no-such-charset", id="unknown"),
    ],
)
def test_pages_are_read_in_their_charset(html: bytes, charset: str | None) -> None:
    found = find_numbers(html, url=URL, charset=charset)

    assert [str(one.number) for one in found.numbers] == ["+31850199999"]


@pytest.mark.parametrize(
    ("url", "lang", "text", "region"),
    [
        pytest.param("https://www.example.be/", "nl", "+31 85 0199999", "BE", id="domain"),
        pytest.param("https://example.co.uk/", "", "", "GB", id="uk"),
        pytest.param("https://example.io/", "de-AT", "", "AT", id="domain of no country"),
        pytest.param("https://example.com/", "en", "+31 85 0199999", "NL", id="numbers"),
        pytest.param("https://example.com/", "nl-BE", "085 0199999", "BE", id="language"),
        pytest.param("https://example.com/", "de", "", "DE", id="language alone"),
        pytest.param("https://example.com/", "en", "", "NL", id="nothing"),
        pytest.param("http://127.0.0.1:8000/", "", "", "NL", id="address"),
        pytest.param("http://[::1]/", "", "", "NL", id="IPv6"),
    ],
)
def test_the_region_is_guessed(url: str, lang: str, text: str, region: str) -> None:
    assert guess_region(url, lang, text) == region


def test_the_region_says_whose_national_numbers_are_meant() -> None:
    page = "<p>02 555 12 34</p>"

    assert numbers(page, region="BE") == ["+3225551234"]
    assert numbers(page, region="NL") == []


def test_deep_and_large_pages_are_read() -> None:
    assert numbers("<div>" * 1000 + "085 0199999") == ["+31850199999"]
    assert numbers("<p>lorem ipsum 123</p>\n" * 20_000 + "085 0199999") == ["+31850199999"]
