"""Pages like those of real sites, generated: the same on every machine and with every release.

Five kinds, for what a scanner meets most: a shop's list (many tags, prices, codes), an article
(text), an app's page (mostly one script with JSON), what a page builder writes, an old page
(`pages_company`). Each holds the decoys real pages are full of: dates, prices, article numbers, an
IBAN. Numbers are put in at even distances, in turn in the ways people write them.

Every Dutch number has nine digits behind its country code. A way to write one has ① to ⑨ in their
places, so what must stand there afterwards is known without any code of ours.
"""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import cycle, islice

from calltrack.numbers import PhoneNumber
from tests.bench.pages_company import Writer

OLD = PhoneNumber("+31850199999")
NEW = PhoneNumber("+31201234567")

STRAY = ("café".encode(), "café".encode("latin-1"))

SPOT = "\0"  # where a number may be put in


class Where(Enum):
    """Where a number stands: what an engine must do to find it."""

    TEXT = "text"
    LINK = "phone link"
    ATTRIBUTE = "attribute"
    SPLIT = "split by tags"


WAYS = (
    (Where.TEXT, "<p>Bel 0①② - ③④⑤⑥ ⑦⑧⑨.</p>"),
    (Where.LINK, '<a href="tel:+31①②③④⑤⑥⑦⑧⑨">Bel ons</a>'),
    (Where.TEXT, "<td>(0①②) ③④⑤&nbsp;⑥⑦ ⑧⑨</td>"),
    (Where.TEXT, "<li>+31 (0)①② ③④⑤ ⑥⑦ ⑧⑨</li>"),
    (Where.ATTRIBUTE, '<b aria-label="Bel 0①②③④⑤⑥⑦⑧⑨">Bel</b>'),
    (Where.TEXT, "<p>tel. 0①②.③④⑤.⑥⑦.⑧⑨</p>"),
    (Where.SPLIT, "<p><b>0①②</b> ③④⑤⑥ ⑦⑧⑨</p>"),
    (Where.TEXT, "<p>0031 ①② ③④⑤⑥⑦⑧⑨</p>"),
    (Where.LINK, "<A CLASS=tel HREF='TEL:0①②-③④⑤⑥⑦⑧⑨'>Bel ons</A>"),
    (Where.TEXT, "<p>0①②&#8209;③④⑤⑥&#8201;⑦⑧⑨</p>"),
    (Where.SPLIT, '<p>+31 <span class="nr">①②</span>&nbsp;<span>③④⑤ ⑥⑦ ⑧⑨</span></p>'),
)

TEXT = """\
de het een van voor met onze nieuwe plafonds wanden stucwerk schilderwerk offerte afspraak kleur
glad ruimte woning kantoor vakman werkdag levering voorraad montage gratis advies isolatie renovatie
badkamer keuken zolder Amsterdam Rotterdam Utrecht geplaatst binnen altijd één reële prijs café
coördinatie ’s morgens m²"""
WORDS = TEXT.split()


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the site sends it, and as it must look with the new number for the old ones."""

    name: str
    hits: int
    before: bytes
    after: bytes
    olds: frozenset[PhoneNumber]
    places: tuple[Where, ...]
    """Of the numbers, in order."""
    rest: tuple[bytes, ...]
    """What stands around the numbers, in order."""

    def count(self, places: Collection[Where]) -> int:
        """Say how many of the numbers stand in such places."""
        return sum(place in places for place in self.places)

    def with_stray_bytes(self) -> "Page":
        """Give the page with letters of another charset in it, as old databases have them."""
        stray = [part.replace(*STRAY) for part in (self.before, self.after)]
        rest = tuple(part.replace(*STRAY) for part in self.rest)
        return replace(
            self, name=f"{self.name}, stray bytes", before=stray[0], after=stray[1], rest=rest
        )


def make_page(
    kind: str, hits: int, *, olds: Sequence[PhoneNumber] = (OLD,), new: PhoneNumber = NEW
) -> Page:
    """Generate one page. It shows `olds` in turn; afterwards all are `new`."""
    parts = KINDS[kind](random.Random(kind)).split(SPOT)  # noqa: S311 - the same every time
    spots = len(parts) - 1
    if hits > spots:
        raise ValueError(f"a page of kind {kind} has room for {spots} numbers")
    chosen = [1 + i * spots // hits for i in range(hits)]
    ways = dict(zip(chosen, islice(cycle(WAYS), hits), strict=True))
    shown = dict(zip(chosen, islice(cycle(olds), hits), strict=True))
    before, after, rest = [], [], [""]
    for at, part in enumerate(parts):
        if at in ways:
            way = ways[at][1]
            before.append(_written(way, shown[at]))
            after.append(_written(way, new))
            rest.append("")
        before.append(part)
        after.append(part)
        rest[-1] += part
    return Page(
        kind,
        hits,
        "".join(before).encode(),
        "".join(after).encode(),
        frozenset(shown.values()) or frozenset(olds),
        tuple(place for place, _ in ways.values()),
        tuple(part.encode() for part in rest),
    )


def _written(way: str, number: PhoneNumber) -> str:
    digits = number.e164.removeprefix("+31")
    return way.translate(dict(zip(map(ord, "①②③④⑤⑥⑦⑧⑨"), digits, strict=True)))


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


def _cms(rng: random.Random) -> str:
    return Writer(rng, WORDS, SPOT).cms()


def _old(rng: random.Random) -> str:
    return Writer(rng, WORDS, SPOT).old()


KINDS: dict[str, Callable[[random.Random], str]] = {
    "shop": _shop,
    "article": _article,
    "app": _app,
    "cms": _cms,
    "old": _old,
}
