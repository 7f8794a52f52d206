"""Only an address of one of the sites is a page to ask for; any other is refused in words."""

import pytest
from django.core.exceptions import ValidationError

from wagtail_calltrack.why.asked import read_asked

HOSTS = ("www.example.nl", "example.nl")
HOST = "www.example.nl"

TAKEN = [
    pytest.param("https://www.example.nl/", f"https://{HOST}/", id="a page"),
    pytest.param("https://www.example.nl", f"https://{HOST}/", id="without a path"),
    pytest.param("www.example.nl/a/", f"https://{HOST}/a/", id="without a scheme"),
    pytest.param("HTTP://WWW.Example.NL/A", f"http://{HOST}/A", id="in upper case"),
    pytest.param("https://www.example.nl:443/a", f"https://{HOST}/a", id="the usual port"),
    pytest.param("http://www.example.nl:8000/a", f"http://{HOST}/a", id="the admin's own port"),
    pytest.param("https://www.example.nl/?a=b&c=d#e", f"https://{HOST}/?a=b&c=d", id="a query"),
    pytest.param("https://www.example.nl?a=//b@c", f"https://{HOST}/?a=//b@c", id="query alone"),
    pytest.param("https://www.example.nl//evil/", f"https://{HOST}//evil/", id="a double slash"),
    pytest.param("https://www.example.nl/@evil:80/", f"https://{HOST}/@evil:80/", id="@ in path"),
    pytest.param("https://www.example.nl/%2e%2E/", f"https://{HOST}/%2e%2E/", id="escapes"),
    pytest.param("https://www.example.nl/über", f"https://{HOST}/%C3%BCber", id="other letters"),
    pytest.param('https://www.example.nl/<">', f"https://{HOST}/%3C%22%3E", id="odd signs"),
]


@pytest.mark.parametrize(("text", "url"), TAKEN)
def test_a_page_of_a_site_is_taken(text: str, url: str) -> None:
    assert read_asked(text, HOSTS, own_port="8000").url == url


NONE_OF_YOURS = "none of your sites"
ODD = "to the letter"
REFUSED = [
    pytest.param("https://evil.example/", NONE_OF_YOURS, id="another host"),
    pytest.param("https://evil.example/www.example.nl", NONE_OF_YOURS, id="ours in the path"),
    pytest.param("https://www.example.nl.evil.example/", NONE_OF_YOURS, id="ours in front"),
    pytest.param("https://evilexample.nl/", NONE_OF_YOURS, id="ours at the end"),
    pytest.param("https://www.example.nl%2eevil.example/", NONE_OF_YOURS, id="an escaped dot"),
    pytest.param("https://www.example.nl%00.evil/", NONE_OF_YOURS, id="an escaped end"),
    pytest.param("https://www.example.nl;evil/", NONE_OF_YOURS, id="a semicolon"),
    pytest.param("https://localhost/", NONE_OF_YOURS, id="the machine itself"),
    pytest.param("https://www.example.nl./", "Leave out the dot", id="a dot at the end"),
    pytest.param("https:///path", "host name is missing", id="no host"),
    pytest.param("https://:80/", "host name is missing", id="a port alone"),
    pytest.param("https://127.0.0.1/", "IP address", id="IPv4"),
    pytest.param("https://127.1/", "IP address", id="a short IPv4"),
    pytest.param("https://2130706433/", "IP address", id="IPv4 as one number"),
    pytest.param("https://0x7f.1/", "IP address", id="IPv4 in hexadecimals"),
    pytest.param("https://169.254.169.254/latest/", "IP address", id="of a cloud's metadata"),
    pytest.param("https://[::1]/", "IP address", id="IPv6"),
    pytest.param("https://[::ffff:127.0.0.1]:80/", "IP address", id="IPv4 in IPv6"),
    pytest.param("https://[::1/", "IP address", id="a bracket that does not close"),
    pytest.param("https://www.exämple.nl/", ODD, id="other letters"),
    pytest.param("https://www。example。nl/", ODD, id="dots that look alike"),
    pytest.param("https://ｗｗｗ.example.nl/", ODD, id="full width"),
    pytest.param("https://www.example.\u212a/", ODD, id="a sign of Kelvin, lower case k"),
    pytest.param("https://xn--exmple-cua.nl/", ODD, id="punycode"),
    pytest.param("https://ann@www.example.nl/", "before the @", id="a user"),
    pytest.param("https://ann:pw@www.example.nl/", "before the @", id="a password"),
    pytest.param("https://www.example.nl@evil.example/", "before the @", id="ours as a user"),
    pytest.param("https://www.example.nl:443@evil/", "before the @", id="ours with a port"),
    pytest.param("https://www.example.nl:8080/", "Leave out the port", id="a port"),
    pytest.param("https://www.example.nl:22/", "Leave out the port", id="of another service"),
    pytest.param("https://www.example.nl:/", "Leave out the port", id="an empty port"),
    pytest.param("https://www.example.nl:80:81/", "Leave out the port", id="two ports"),
    pytest.param("https://www.example.nl:٤٤٣/", "Leave out the port", id="Arabic digits"),
    pytest.param("//evil.example/", "Begin with the host name", id="no scheme"),
    pytest.param("/path/", "Begin with the host name", id="a path"),
    pytest.param("file:///etc/passwd", "Begin with https", id="a file"),
    pytest.param("gopher://www.example.nl/", "Begin with https", id="gopher"),
    pytest.param("javascript:alert(1)", "Begin with https", id="a script"),
    pytest.param("https:www.example.nl/", "Begin with https", id="no slashes"),
    pytest.param("https:/www.example.nl/", "Begin with https", id="one slash"),
    pytest.param("https:\\\\evil.example/", "backslashes", id="backslashes"),
    pytest.param("https://www.example.nl\\@evil.example/", "backslashes", id="and a user"),
    pytest.param("https://www.example.nl/a b", "no spaces", id="a space"),
    pytest.param("https://www.example.nl/\r\nHost: evil", "no spaces", id="a line break"),
    pytest.param("https://www.example.nl/\x00", "no spaces", id="NUL"),
    pytest.param("https://www.example.nl/\t", "no spaces", id="a tab"),
    pytest.param("https://www.exam\u200bple.nl/", "no spaces", id="a hidden character"),
    pytest.param("https://www.example.nl/\u2028x", "no spaces", id="a line separator"),
    pytest.param("https://www.example.nl/\x7f", "no spaces", id="delete"),
    pytest.param("https://www.example.nl/\ud800", "no spaces", id="half a character"),
    pytest.param("", "host name is missing", id="nothing"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_any_other_address_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_asked(text, HOSTS, own_port="8000")

    assert words in refused.value.message


def test_without_a_site_the_words_name_the_first_step() -> None:
    with pytest.raises(ValidationError, match="There is no site yet"):
        read_asked("https://www.example.nl/", ())


def test_a_site_may_have_an_address_for_its_name() -> None:
    assert read_asked("http://127.0.0.1/a", ("127.0.0.1",)).url == "http://127.0.0.1/a"
