"""Pages like those of real sites, generated: the same on every machine and with every release.

Three kinds, for what a scanner meets most: a shop's list (many tags, prices, codes), an article
(text), an app's page (mostly one script with JSON). Each holds the decoys real pages are full of:
dates, prices, article numbers, an IBAN. Numbers are put in at even distances, in turn in the ways
people write them, each with what must stand there afterwards, written by hand.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice

from calltrack.numbers import PhoneNumber

OLD = PhoneNumber("+31850199999")
NEW = PhoneNumber("+31201234567")
OTHERS = (PhoneNumber("+31102345678"), PhoneNumber("+31302345678"))  # looked for, and not there

SPOT = "\0"  # where a number may be put in

WAYS = (
    ("<p>Bel 085 - 0199 999.</p>", "<p>Bel 020 - 1234 567.</p>"),
    ('<a href="tel:+31850199999">Bel ons</a>', '<a href="tel:+31201234567">Bel ons</a>'),
    ("<td>(085) 019&nbsp;99 99</td>", "<td>(020) 123&nbsp;45 67</td>"),
    ("<li>+31 (0)85 019 99 99</li>", "<li>+31 (0)20 123 45 67</li>"),
    ('<b aria-label="Bel 0850199999">Bel</b>', '<b aria-label="Bel 0201234567">Bel</b>'),
    ("<p>tel. 085.019.99.99</p>", "<p>tel. 020.123.45.67</p>"),
    ("<p>0031 85 0199999</p>", "<p>0031 20 1234567</p>"),
)

TEXT = """\
de het een van voor met onze nieuwe plafonds wanden stucwerk schilderwerk offerte afspraak kleur
glad ruimte woning kantoor vakman werkdag levering voorraad montage gratis advies isolatie renovatie
badkamer keuken zolder Amsterdam Rotterdam Utrecht geplaatst binnen altijd één reële prijs café
coördinatie ’s morgens m²"""
WORDS = TEXT.split()


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the site sends it, and as it must look with NEW for OLD."""

    name: str
    hits: int
    before: bytes
    after: bytes


def make_pages(hits: int) -> list[Page]:
    """Give one page of each kind, with so many numbers in it."""
    return [make_page(kind, hits) for kind in KINDS]


def make_page(kind: str, hits: int) -> Page:
    """Generate one page."""
    parts = KINDS[kind](random.Random(kind)).split(SPOT)  # noqa: S311 - the same every time
    spots = len(parts) - 1
    if hits > spots:
        raise ValueError(f"a page of kind {kind} has room for {spots} numbers")
    chosen = [1 + i * spots // hits for i in range(hits)]
    ways = dict(zip(chosen, islice(cycle(WAYS), hits), strict=True))
    before, after = [], []
    for at, part in enumerate(parts):
        old, new = ways.get(at, ("", ""))
        before += [old, part]
        after += [new, part]
    return Page(kind, hits, "".join(before).encode(), "".join(after).encode())


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def _head(rng: random.Random, title: str) -> str:
    styles = "".join(
        f".c{i}-{rng.randrange(16**4):04x}{{margin:{rng.randrange(9)}px;color:#"
        f"{rng.randrange(16**6):06x};flex:1 1 {rng.randrange(900)}px}}"
        for i in range(40)
    )
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="stylesheet" href="/static/site.4f2a91c0.css">\n'
        f"<style>{styles}</style>\n"
        "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}"
        "gtag('js',new Date());gtag('config','G-1A2B3C4D5E',{page:1<2&&3>2});</script>\n"
        '<script type="application/ld+json">{"@type":"LocalBusiness","telephone":"+31 85 0199999",'
        '"geo":{"latitude":52.370216,"longitude":4.895168}}</script>\n</head>\n'
    )


def _navigation(rng: random.Random) -> str:
    links = "\n".join(
        f'  <li class="menu__item"><a class="menu__link" href="/{rng.choice(WORDS)}/{i}">'
        f"{_text(rng, 2)}</a></li>"
        for i in range(24)
    )
    body = f'<body class="page page--{rng.randrange(99)}">'
    return f'{body}\n<nav><ul class="menu">\n{links}\n</ul></nav>\n'


def _footer() -> str:
    return (
        f"<footer>{SPOT}<p>Keizersgracht 123, 1015 CJ Amsterdam. KvK 12345678, btw "
        "NL001234567B01, IBAN NL20 INGB 0001 2345 67. Ma-vr 08:00-17:30, za 09.00-12.00.</p>"
        "<!-- built 2026-03-02 12:00:31 in 1043 ms --><small>© 1998-2026</small></footer>\n"
        "</body>\n</html>\n"
    )


def _card(rng: random.Random, at: int) -> str:
    euros, code = rng.randrange(9, 2400), rng.randrange(10**6)
    return (
        f'<article class="card card--{at}" data-id="{code}" data-price="{euros}.95">\n'
        f'  <a href="/product/{rng.choice(WORDS)}-{code}?ref={at}"><img loading="lazy" width="320" '
        f'height="240" alt="{_text(rng, 3)}" src="/media/{code}_320.webp" '
        f'srcset="/media/{code}_640.webp 640w, /media/{code}_960.webp 960w"></a>\n'
        f'  <h3 class="card__title">{_text(rng, 5)}</h3>\n  <p>{_text(rng, 14)}</p>\n'
        f'  <span class="price"><s>€ {euros + 50},-</s> <b>€ {euros},95</b></span>\n'
        f"  <dl><dt>Artikel</dt><dd>SKU-{code:06}-{at:02}</dd>\n"
        f"  <dt>EAN</dt><dd>87{code:011}</dd></dl>\n"
        f'  <svg viewBox="0 0 24 24"><path d="M{at} 4.5l7.1 {at}.3v9.6h-4V21z"/></svg>\n'
        f'  <button type="button" title="{_text(rng, 2)}" data-sku="{code}">In mandje</button>'
        f"{SPOT}\n</article>\n"
    )


def _shop(rng: random.Random) -> str:
    cards = "".join(_card(rng, at) for at in range(60))
    return _head(rng, "Alle plafonds") + _navigation(rng) + f"<main>{cards}</main>" + _footer()


def _paragraph(rng: random.Random) -> str:
    day, year = rng.randrange(1, 29), rng.randrange(1990, 2027)
    return (
        f"<p>{_text(rng, 40)} <em>{_text(rng, 4)}</em> sinds {day}-{day % 12 + 1}-{year}, "
        f'<a href="/blog/{year}/{day}">{_text(rng, 3)}</a> {_text(rng, 30)} &amp; '
        f"{rng.randrange(500)} m² &ndash; {_text(rng, 12)}.</p>{SPOT}\n"
    )


def _article(rng: random.Random) -> str:
    text = "".join(_paragraph(rng) for _ in range(60))
    return (
        _head(rng, "Stucwerk")
        + _navigation(rng)
        + f"<main><h1>{_text(rng, 6)}</h1>{text}</main>"
        + _footer()
    )


def _app(rng: random.Random) -> str:
    rows = ",".join(
        f'{{"id":{rng.randrange(10**8)},"name":"{_text(rng, 4)}","price":{rng.random():.4f},'
        f'"url":"\\u002F{at}","phone":"0850199999","tags":["{_text(rng, 1)}","a<b"]}}'
        for at in range(700)
    )
    cards = "".join(
        f"<div><div><div class='x{at}'>{_text(rng, 6)}</div></div>{SPOT}</div>" for at in range(60)
    )
    script = f'<script id="__DATA__" type="application/json">{{"rows":[{rows}]}}</script>\n'
    return (
        _head(rng, "App")
        + _navigation(rng)
        + f'<div id="root">{cards}</div>\n'
        + script
        + _footer()
    )


KINDS: dict[str, Callable[[random.Random], str]] = {"shop": _shop, "article": _article, "app": _app}
