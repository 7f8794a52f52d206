"""A page through the proxy and the same page by the snippet show the same, for one session.

All decisions of the rewriter's fixtures are loaded twice: as the proxy gave them, parsed and never
changed; and as the site gave them, put into a page in which the snippet runs. Their HTML without
comments must be the same afterwards: in a placeholder the proxy writes over them. The whole pages
are opened twice, as a visitor does.

What may differ stands in `parity_exceptions`, with its reason.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Placeholder, PlaceholderKey, Plan
from tests.e2e.firm import firm_plan
from tests.e2e.snippet_site.pages import NONCE
from tests.e2e.snippet_site.pages import page as written
from tests.e2e.snippet_site.parity_cases import decisions, whole_pages
from tests.e2e.snippet_site.parity_exceptions import EXCEPTIONS, LEFT_OUT, UNSEEN
from tests.e2e.snippet_site.server import Page as Document
from tests.e2e.snippet_site.stand import Stand, Way, stand
from tests.proxy.rewrite.oracle import OURS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

INERT = f"default-src 'none'; script-src 'nonce-{NONCE}'; connect-src 'self'"
"""Nothing that the cases hold is run or loaded."""
BOTH_WAYS = """
async ([originals, without]) => {
  const LAST = "0 85-01.99/99 9";  // no case is written so: it is asked for last
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").documentElement;
  const told = (root) => {
    const copy = root.cloneNode(true);
    for (const one of copy.querySelectorAll(without)) one.innerHTML = "";
    const comments = document.createTreeWalker(copy, 64 | 128);
    const unread = [];
    while (comments.nextNode()) unread.push(comments.currentNode);
    for (const one of unread) one.remove();
    copy.normalize();
    return copy.outerHTML;
  };
  const proxied = [];
  const next = originals.keys();
  const fetching = async () => {
    for (const n of next) {
      const answer = await fetch(`/case/${n}`, {headers: {Accept: "text/html"}});
      proxied[n] = told(parsed(await answer.text()));
    }
  };
  await Promise.all([1, 2, 3, 4].map(fetching));
  const roots = originals.map((html) => {
    const place = document.createElement("div");
    place.append(document.importNode(parsed(html), true));
    document.body.append(place);
    return place;
  });
  const last = document.createElement("div");
  last.textContent = LAST;
  document.body.append(last);
  await new Promise((done) => {
    const look = () => {
      return last.textContent === LAST ? setTimeout(look, 50) : done();
    };
    look();
  });
  return roots.map((place, n) => [proxied[n], told(place.firstChild)]);
}
"""
WHOLE = """
(without) => {
  for (const one of document.querySelectorAll("script[src*='_calltrack']")) one.remove();
  const links = [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href"));
  const text = document.body.innerText;
  for (const one of document.querySelectorAll(without)) one.innerHTML = "";
  return {links, text, html: document.documentElement.outerHTML};
}
"""


def parity_plan() -> Plan:
    """Build a Plan that looks for what the rewriter's fixtures hold."""
    plan = firm_plan(40)
    first, *others = plan.vestigingen.items()
    vestigingen = {first[0]: replace(first[1], forwarding_number=OURS), **dict(others)}
    utrecht = VestigingKey("utrecht")
    vestigingen[utrecht] = replace(
        first[1], key=utrecht, name="Utrecht", forwarding_number=PhoneNumber("+31302345678")
    )
    service = Placeholder(PlaceholderKey("service"))
    return replace(plan, vestigingen=vestigingen, placeholders=(*plan.placeholders, service))


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run the site, bare and behind the proxy: both are the same host, and so the same session."""
    with stand(Way.BEHIND, tmp_path_factory.mktemp("stand"), plan=parity_plan()) as running:
        yield running


@pytest.fixture
def window(chromium: Browser, stood: Stand) -> Iterator[BrowserContext]:
    """Open a visitor's window."""
    with stood.window(chromium) as opened:
        yield opened


def test_each_decision_of_the_rewriter_is_the_snippet_s_too(
    window: BrowserContext, stood: Stand
) -> None:
    cases = decisions()
    stood.site.pages |= {f"/case/{n}": Document(html) for n, html in enumerate(cases)}
    stood.site.pages["/parity"] = Document(
        written(stood.snippet, "<p>085 0199 999</p>", kind=f"nonce={NONCE} async"),
        headers={"Content-Security-Policy": INERT},
    )
    page = window.new_page()
    page.goto("/parity")

    found = page.evaluate(BOTH_WAYS, [cases, ",".join(UNSEEN)])

    differ = {
        html: f"proxy   {proxied}\n    snippet {shown}"
        for html, (proxied, shown) in zip(cases, found, strict=True)
        if proxied != shown
    }
    known = {html for htmls in EXCEPTIONS.values() for html in htmls}
    swapped = sum(html not in proxied for html, (proxied, _) in zip(cases, found, strict=True))
    assert len(cases) > 1000
    assert swapped > 500
    unknown = [f"{html}\n    {both}" for html, both in differ.items() if html not in known]
    assert not unknown, "\n".join(unknown)
    assert known - differ.keys() == set()  # what is no exception any more


@pytest.mark.parametrize("name", whole_pages())
def test_a_whole_page_is_the_same_both_ways(
    name: str, window: BrowserContext, stood: Stand
) -> None:
    html = whole_pages()[name]
    for part in LEFT_OUT.get(name, ()):
        assert part in html
        html = html.replace(part, "")
    policy = {"Content-Security-Policy": "script-src 'self'"}  # the page's own scripts write more
    stood.site.pages[f"/whole/{name}"] = Document(html, headers=policy)
    page = window.new_page()
    page.goto(f"/whole/{name}")
    proxied = page.evaluate(WHOLE, ",".join(UNSEEN))

    page.goto(f"{stood.site.url}/whole/{name}")
    page.add_script_tag(url=stood.snippet)
    shown = _shown(page)

    assert shown == proxied
    assert "0207000" in proxied["text"].replace(" ", "")


def _shown(page: Page) -> object:
    page.evaluate("calltrack.ready.then(() => null)")
    page.wait_for_load_state("networkidle")
    return page.evaluate(WHOLE, ",".join(UNSEEN))
