from collections.abc import Sequence

import pytest

from calltrack import planfile
from calltrack.plan import Consent, Method, Plan
from proxy.plan_draft import write_plan
from proxy.plan_findings import find_numbers

URL = "https://www.example.nl/"
PAGE = """<html lang="nl"><h2>Rotterdam</h2><p>010 - 123 45 67</p><p>Fax: 010 765 43 21</p>
<p>085 019 99 99, 06 12345678 en <a href="tel:+3225551234">Brussel</a></p>"""


def draft(html: str, *, url: str = URL, hosts: Sequence[str] = ("www.example.nl",)) -> str:
    return write_plan(find_numbers(html.encode(), url=url), url=url, hosts=hosts)


def plan(text: str) -> Plan:
    return planfile.loads(text, "toml")


def test_the_draft_loads_as_it_stands() -> None:
    found = plan(draft(PAGE))

    assert [(v.key, v.name, str(v.forwarding_number)) for v in found.vestigingen.values()] == [
        ("rotterdam", "Rotterdam", "+31101234567"),
        ("rotterdam-2", "Rotterdam 2", "+31107654321"),
        ("vestiging", "Vestiging", "+31850199999"),
        ("vestiging-2", "Vestiging 2", "+31612345678"),
        ("brussel", "Brussel", "+3225551234"),
    ]
    assert found.stock().pools == {str(key): () for key in found.vestigingen}
    assert found.sites[0].hosts == ("www.example.nl",)
    assert found.sites[0].consent is Consent.REQUIRED
    assert [c.method for c in found.campaigns] == [Method.DYNAMIC]
    assert (found.region, found.organisation.kvk) == ("NL", "00000000")


def test_the_draft_says_where_each_number_was_found() -> None:
    text = draft(PAGE)

    assert "# Found as «010 - 123 45 67» (1 x in the text), first on line 1 of the page" in text
    assert "after: Rotterdam\n" in text
    assert "Fax:\n" in text
    assert "(1 x in links)" in text


def test_what_a_person_must_fill_in_is_marked() -> None:
    text = draft(PAGE)

    assert text.count("# REPLACE") + text.count("  # REPLACE") >= 3 + 5
    assert '# [[numbers]]\n# number = "+32 ..."\n# pool = "brussel"' in text


def test_the_commented_rows_load_when_they_are_filled_in() -> None:
    text = draft("<p>010 123 45 67")
    filled = text.replace('# number = "+31 ..."', 'number = "+31 10 765 43 01"', 1)
    filled = filled.replace("# [[numbers]]", "[[numbers]]", 1)
    filled = filled.replace('# pool = "rotterdam"', 'pool = "rotterdam"', 1)

    assert [str(n) for n in plan(filled).shown_numbers] == ["+31107654301"]


def test_the_lines_for_consent_load_when_they_are_filled_in() -> None:
    text = draft("<p>010 123 45 67").replace("# consent_", "consent_")

    (site,) = plan(text).sites

    assert (site.consent_cookie, site.consent_value) == ("CookieConsent", "*,statistics:true,*")


def test_a_page_without_numbers_gives_a_plan_that_says_so() -> None:
    text = draft("<p>Niets</p>")

    assert "# No phone number was found" in text
    assert plan(text).vestigingen == {}


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        pytest.param(("a.nl", "www.a.nl", "a.nl"), ("a.nl", "www.a.nl"), id="twice"),
        pytest.param(("127.0.0.1",), ("127.0.0.1",), id="address"),
        pytest.param(("[::1]",), ("[::1]",), id="IPv6"),
        pytest.param(("", "a b"), ("www.example.nl",), id="none that a Plan takes"),
    ],
)
def test_the_hosts_are_those_passed_on_the_way(
    hosts: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert plan(draft(PAGE, hosts=hosts)).sites[0].hosts == expected


@pytest.mark.parametrize(
    "name",
    ['Say "hi" \\ bye', "a\u0001b", "x" * 500, "#", "]]\n[[sites]]", "naïve €", "\u007f", "\u2028"],
)
def test_nothing_that_a_page_says_breaks_out_of_its_place(name: str) -> None:
    shown = name.replace('"', "&quot;")
    page = f'<meta property="og:site_name" content="{shown}"><p>{shown} 010 123 45 67'

    found = plan(draft(page, url=URL + "?" + name))

    assert list(found.vestigingen) == ["rotterdam"]
    assert found.organisation.name
