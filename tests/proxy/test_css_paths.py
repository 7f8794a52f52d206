"""Each number's path leads, in lxml's tree of the page, to the element that holds it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from proxy import css_paths
from proxy.css_paths import with_paths
from proxy.rewrite import explain
from tests.proxy.rewrite.oracle import BINDINGS

NUMBER = "0850199999"


def paths(page: bytes, charset: str | None = None) -> list[str]:
    """Give the path of each number of a page."""
    found = explain(page, BINDINGS, charset=charset)
    located = with_paths(page, found, charset=charset)
    assert [(one.offset, one.rule) for one in located] == [(one.offset, one.rule) for one in found]
    return [one.path for one in located]


@pytest.mark.parametrize(
    ("page", "path"),
    [
        pytest.param(
            f"<main><p>1<p>2<p>3<a class='phone big' title={NUMBER}>x</a></main>",
            "body > main > p:nth-of-type(3) > a.phone",
            id="as the page nests",
        ),
        pytest.param(f"<p>a<div><p>{NUMBER}", "body > div > p", id="alone of its name"),
        pytest.param(f"<frameset title={NUMBER}>", "html > frameset", id="without a body"),
        pytest.param("<p><b>085</b> 0199999", "body > p > b", id="where it begins"),
        pytest.param(f"<ul id=top><li>{NUMBER}", "#top > li", id="from an id"),
        pytest.param(f"<p id=me>{NUMBER}", "#me", id="the id is its own"),
        pytest.param(f"<p id=a>x<p id=a>{NUMBER}", "body > p:nth-of-type(2)", id="an id of two"),
        pytest.param(f"<p id='a b'>{NUMBER}", "body > p", id="an id that is no name"),
        pytest.param(f"<p class='md:flex x'>{NUMBER}", "body > p", id="a class that is no name"),
        pytest.param(f"<head><title>{NUMBER}</title>", "head > title", id="in the head"),
        pytest.param(f"<body><script>a='{NUMBER}'</script>", "body > script", id="in a script"),
        pytest.param(f"<p><!-- {NUMBER} -->", "body > p", id="in a comment"),
        pytest.param(f"<!-- {NUMBER} --><p>", "", id="in a comment around the page"),
        pytest.param(f"<p>x<p title='{NUMBER}", "", id="in a tag that never ends"),
        pytest.param(f"<a href='tel:{NUMBER}'>x", "body > a", id="in a link"),
        pytest.param(f"<a href=tel:{NUMBER}>x", "body > a", id="in a value without quotes"),
        pytest.param(f"<p><{NUMBER}", "body > p", id="behind a < that is text"),
        pytest.param(f"<p>&#{NUMBER}", "body > p", id="behind half an entity"),
        pytest.param(f"<p>\0{NUMBER}", "body > p", id="behind a NUL"),
        pytest.param(f"<o:p>{NUMBER}", r"body > o\:p", id="a name that CSS escapes"),
        pytest.param(f"<p>\ue000{NUMBER}\ue001", "body > p", id="with a private character"),
        pytest.param("<p><i data-calltrack=service></i>", "body > p > i", id="where none stands"),
        pytest.param("<p><img data-calltrack=service>", "body > p > img", id="where none can"),
        pytest.param(NUMBER, "body", id="without any element"),
    ],
)
def test_a_path_leads_to_the_element(page: str, path: str) -> None:
    assert paths(page.encode()) == [path]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16le", "utf-16be", "shift_jis", "iso-2022-jp"])
def test_a_path_is_found_in_any_charset(charset: str) -> None:
    page = f"<p>電話\r\n<p>電<b>{NUMBER}</b><i title='電 {NUMBER}'>".encode(charset)

    assert paths(page, charset) == [
        "body > p:nth-of-type(2) > b",
        "body > p:nth-of-type(2) > i",
    ]


def test_a_path_is_one_that_a_browser_takes_and_finds_only_that_element() -> None:
    page = "".join(
        f"<div><p class=x>{NUMBER}</p><p>a<b title={NUMBER}></b></p></div>" for _ in "ab"
    )

    found = paths(page.encode())

    assert found == [
        f"body > div:nth-of-type({div}) > {rest}"
        for div in (1, 2)
        for rest in ("p.x:nth-of-type(1)", "p:nth-of-type(2) > b")
    ]


def test_numbers_behind_the_first_hundreds_have_no_path() -> None:
    found = paths((f"<p>{NUMBER}</p>" * (css_paths.PATHS_MAX + 2)).encode())

    assert [bool(path) for path in found[-4:]] == [True, True, False, False]


def test_a_page_that_is_too_long_or_too_deep_has_no_paths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert paths(("<b>" * 5_000 + NUMBER).encode()) == [""]
    monkeypatch.setattr(css_paths, "PAGE_CHARACTERS_MAX", 10)
    assert paths(f"<p>{NUMBER}".encode()) == [""]


PARTS = st.sampled_from(
    [
        *("<p>", "</p>", "<table>", "<td>", "<svg>", "<b id=x>", "<i class=a", "</b>", "<select>"),
        *("<!--", "-->", "<!DOCTYPE html", "<?x", "<a title='", "'", '"', ">", "<", "&"),
        *("\0", "\x01", "\ufffe", "\ue000", "é", "😀", "\r\n", "<o:p>", "<p xml:a=1 xmlns:b=c>"),
        *("<body>", "<html id=x>", "<frameset>", "<template>", "<plaintext>", "<title>", "<base>"),
        *(NUMBER, f" {NUMBER} ", "<img data-calltrack=service>", "<i data-calltrack=service>"),
    ]
)


STEP = re.compile(r"(?:#([\w-]+)|((?:[^.:\\]|\\.)+))(?:\.([\w-]+))?(?::nth-of-type\((\d+)\))?")


def elements_at(root: etree._Element, path: str) -> list[etree._Element]:
    """Go a path as CSS does."""
    here: list[etree._Element] = []
    for at, step in enumerate(path.split(" > ")):
        m = STEP.fullmatch(step)
        assert m, step
        nexts = [child for parent in here for child in parent.iterchildren(etree.Element)]
        if at == 0:
            nexts = list(root.iter(etree.Element))
        here = [
            one
            for one in nexts
            if (m[1] is None or one.get("id") == m[1])
            and (m[2] is None or one.tag == re.sub(r"\\(.)", r"\1", m[2]))
            and (m[3] is None or m[3] in (one.get("class") or "").split())
            and (
                m[4] is None
                or len(list(one.itersiblings(str(one.tag), preceding=True))) + 1 == int(m[4])
            )
        ]
    return here


def held_by(element: etree._Element) -> str:
    """Give what stands in an element itself, not in those in it."""
    inside = [node.text for node in element if not isinstance(node.tag, str)]
    tails = [node.tail for node in element]
    return " ".join(
        text or "" for text in [element.text, *inside, *tails, *element.attrib.values()]
    )


@settings(deadline=None)  # the first page builds its expressions
@given(st.lists(PARTS, max_size=16).map("".join))
def test_no_page_is_too_broken_and_a_path_leads_to_the_element_of_its_number(page: str) -> None:
    found = with_paths(page.encode(), explain(page.encode(), BINDINGS))

    as_read = f"{page}<!---->".replace("\0", "\ufffd").encode()
    tree = etree.fromstring(as_read, etree.HTMLParser(encoding="utf-8"))
    for one in found:
        if one.path:
            (element,) = elements_at(tree, one.path)
            assert one.number is None or NUMBER in held_by(element), one
