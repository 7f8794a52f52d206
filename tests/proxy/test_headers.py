"""Lists of fields: what passes, what stops, what is written anew."""

import pytest

from proxy import headers
from proxy.headers import Fields


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([b"a, B ,c"], [b"a", b"b", b"c"], id="one line"),
        pytest.param([b"a", b"b"], [b"a", b"b"], id="two lines"),
        pytest.param([b",, a,"], [b"a"], id="empty members"),
        pytest.param([b'private="a, b", c'], [b'private="a, b"', b"c"], id="a comma in quotes"),
        pytest.param([b'a", b'], [b'a"', b"b"], id="a lone quote"),
        pytest.param([], [], id="no line"),
    ],
)
def test_members_of_a_list_are_found_over_all_lines(
    value: list[bytes], expected: list[bytes]
) -> None:
    fields = [(b"X-List", line) for line in value]

    assert headers.members(fields, b"x-list") == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param([], b"private", id="nothing"),
        pytest.param([b"public, max-age=60"], b"private, max-age=60", id="public"),
        pytest.param([b"s-maxage=9", b"Max-Age=60"], b"private, max-age=60", id="shared age"),
        pytest.param([b'private="Set-Cookie"'], b"private", id="private in part"),
        pytest.param([b"no-store"], b"private, no-store", id="no-store"),
    ],
)
def test_a_private_answer_keeps_what_concerns_the_browser(
    said: list[bytes], expected: bytes
) -> None:
    fields: Fields = [(b"Cache-Control", line) for line in said]
    fields += [(b"Surrogate-Control", b"max-age=1"), (b"ETag", b'"a"')]

    made = headers.private(fields)

    assert made == [(b"ETag", b'"a"'), (b"Cache-Control", expected)]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"X-Accel-Expires", id="nginx"),
        pytest.param(b"Surrogate-Control", id="Varnish, Fastly"),
        pytest.param(b"Edge-Control", id="Akamai"),
        pytest.param(b"CDN-Cache-Control", id="RFC 9213"),
        pytest.param(b"Cloudflare-CDN-Cache-Control", id="one CDN of RFC 9213"),
        pytest.param(b"X-LiteSpeed-Cache-Control", id="LiteSpeed"),
    ],
)
def test_no_word_for_caches_in_front_speaks_against_private(name: bytes) -> None:
    fields: Fields = [(b"Cache-Control", b"public"), (name, b"600")]

    private, personal = headers.private(fields), headers.personal(fields, None)

    assert private == [(b"Cache-Control", b"private")]
    assert personal == [(b"Cache-Control", b"private, no-cache")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"text/html", (b"text/html", None), id="plain"),
        pytest.param(b"Text/HTML ; Charset=UTF-8", (b"text/html", "UTF-8"), id="case"),
        pytest.param(b'text/html;a=b;charset="koi8-r"', (b"text/html", "koi8-r"), id="quotes"),
        pytest.param(b"text/html; charset=", (b"text/html", None), id="empty"),
        pytest.param(b"text/html;charset=\xff", (b"text/html", "\ufffd"), id="bytes"),
        pytest.param(b"", (b"", None), id="nothing"),
    ],
)
def test_the_media_type_and_its_charset_are_read(
    value: bytes, expected: tuple[bytes, str | None]
) -> None:
    assert headers.media_type([(b"content-type", value)]) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param([(b"X-Calltrack", b"off")], True, id="off"),
        pytest.param([(b"x-calltrack", b"trace, OFF")], True, id="among others"),
        pytest.param([(b"X-Calltrack", b"on")], False, id="on"),
        pytest.param([(b"Connection", b"x-calltrack"), (b"X-Calltrack", b"off")], True, id="hop"),
        pytest.param([], False, id="not said"),
    ],
)
def test_the_site_can_switch_us_off(fields: Fields, expected: bool) -> None:
    assert headers.is_switched_off(fields) is expected
    assert headers.for_visitor(fields) == []


def test_connection_cannot_name_away_what_a_message_needs() -> None:
    needed: Fields = [
        (b"Host", b"a"),
        (b"Content-Length", b"1"),
        (b"Cookie", b"a=b"),
        (b"Authorization", b"Basic YTpi"),
        (b"Cache-Control", b"private"),
        (b"Set-Cookie", b"a=b"),
        (b"Vary", b"Cookie"),
    ]
    named = b", ".join(name for name, _ in needed)

    assert headers.end_to_end([(b"Connection", named), *needed]) == needed
