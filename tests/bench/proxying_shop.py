"""A page of a web shop as today's shops write them: what the proxies are asked for.

Much repeats, for templates wrote it: classes, attributes, the tags of an article. What does not is
what real pages are full of: names, prices, codes, addresses with a hash, opinions of buyers, a
token of the session, scripts with settings and the articles once more as JSON.

`spot` stands where a number may be put in.
"""

import json
import random

from tests.bench.proxying_words import name, sentence, sentences, slug, words

ARTICLES, OPINIONS, POSTS, QUESTIONS = 34, 4, 4, 4
CDN = "https://cdn.wandenplafond.example/cache"

_STYLE = """\
:root{{--ink:#{0};--paper:#{1};--accent:#{2};--radius:{a}px}}
*,::after,::before{{box-sizing:border-box}}img{{max-width:100%;height:auto}}
body{{margin:0;font:400 1rem/1.{b} Inter,system-ui,sans-serif;color:var(--ink)}}
.header{{position:sticky;top:0;z-index:{c}0;background:var(--paper)}}
.grid{{display:grid;gap:{a}px;grid-template-columns:repeat(auto-fill,minmax(2{c}0px,1fr))}}
.card__price{{font-weight:700;color:#{3}}}@media (min-width:{b}0em){{.header__menu{{display:flex}}}}
.badge--sale{{background:#{4};color:#fff;padding:.{a}em .{c}em;border-radius:var(--radius)}}"""

_SCRIPT = """\
(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});
var f=d.getElementsByTagName(s)[0],j=d.createElement(s);j.async=true;j.src='/t/gtm.js?id='+i;
f.parentNode.insertBefore(j,f)})(window,document,'script','dataLayer','GTM-%s');
if(!('loading'in HTMLImageElement.prototype)){for(var i=0,a=document.images;i<a.length&&i<99;i++){
a[i].src=a[i].getAttribute('data-src')||a[i].src}}"""

_ICONS = {
    "heart": "M12 21s-7.5-4.7-9.3-9.2C1.3 8 3.6 4.6 7 4.6c2 0 3.7 1.1 5 2.9 1.3-1.8 3-2.9 5-2.9",
    "basket": "M3 4h2.2l2.3 11.2a1.6 1.6 0 0 0 1.6 1.3h8.4a1.6 1.6 0 0 0 1.6-1.2L21 8H6.2",
    "star": "m12 2.8 2.8 6 6.6.8-4.9 4.5 1.3 6.5L12 17.4l-5.8 3.2 1.3-6.5-4.9-4.5 6.6-.8z",
}


class Shop:
    """Writes the page."""

    def __init__(self, rng: random.Random, spot: str) -> None:
        """Take what draws, and the mark of a place for a number."""
        self._rng = rng
        self._spot = spot
        self._articles = [self._article(at) for at in range(ARTICLES)]

    def start(self) -> str:
        """Write all up to the texts at the end."""
        cards = "\n".join(self._card(at) for at in range(ARTICLES))
        return (
            f"{self._head()}{self._header()}\n"
            f'<main id="main" class="page__main">\n{self._crumbs()}\n{self._filters()}\n'
            f'<section class="grid" data-list="cat-{self._rng.randrange(999)}">\n{cards}\n'
            f"</section>\n{self._opinions()}\n{self._posts()}\n{self._questions()}\n"
        )

    def end(self) -> str:
        """Write all that follows them."""
        return (
            "</main>\n<footer class='footer'>\n"
            f"<ul>{''.join(self._link('footer__link') for _ in range(14))}</ul>{self._spot}\n"
            "<p>Keizersgracht 123, 1015 CJ Amsterdam. KvK 12345678, btw NL001234567B01, IBAN "
            "NL20 INGB 0001 2345 67. Ma-vr 08:00-17:30, za 09.00-12.00.</p>\n"
            "<!-- rendered 2026-03-02 12:00:31 in 143 ms by web-3, cache: miss -->\n</footer>\n"
            f"{self._state()}\n</body>\n</html>\n"
        )

    def text(self, size: int) -> str:
        """Write a text of so many bytes in ASCII."""
        long = "".join(f"{sentence(self._rng)} " for _ in range(size // 30))
        return long.encode("ascii", "ignore").decode()[:size]

    def _hash(self, size: int) -> str:
        return f"{self._rng.getrandbits(4 * size):0{size}x}"

    def _article(self, at: int) -> dict[str, object]:
        rng = self._rng
        return {
            "id": rng.randrange(10**5, 10**6),
            "name": " ".join([name(rng).title(), *words(rng, rng.randrange(2, 5))]),
            "brand": rng.choice(("Gyproc", "Knauf", "Rockfon", "Isover", "Fermacell", "Sigma")),
            "price": rng.randrange(295, 24900) / 100,
            "stock": rng.choice((0, 0, rng.randrange(1, 9), rng.randrange(10, 400))),
            "score": round(rng.uniform(3.1, 5), 1),
            "position": at + 1,
        }

    def _head(self) -> str:
        rng = self._rng
        colours = [self._hash(6) for _ in range(5)]
        style = _STYLE.format(
            *colours, a=rng.randrange(2, 9), b=rng.randrange(3, 7), c=rng.randrange(2, 9)
        )
        title = f"{name(rng).title()} en {name(rng)} kopen"
        preloads = "\n".join(
            f'<link rel="preload" href="/build/{kind}.{self._hash(8)}.{end}" as="{what}">'
            for kind, end, what in (
                ("app", "js", "script"),
                ("site", "css", "style"),
                ("inter", "woff2", "font"),
            )
        )
        return (
            '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
            f"<title>{title}</title>\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="description" content="{sentences(rng, 2)}">\n'
            f'<meta name="csrf-token" content="{self._hash(40)}">\n'
            f'<meta property="og:image" content="{CDN}/{self._hash(32)}/og.jpg">\n'
            f'<meta property="og:title" content="{title}">\n{preloads}\n'
            f"<style>{style}</style>\n"
            f'<script nonce="{self._hash(24)}">{_SCRIPT % self._hash(7).upper()}</script>\n'
            '<script type="application/ld+json">{"@type":"LocalBusiness","telephone":'
            '"+31 85 0199999","geo":{"latitude":52.370216,"longitude":4.895168}}</script>\n'
            '</head>\n<body class="page page--category" data-page="category">\n'
        )

    def _link(self, kind: str) -> str:
        path = slug(self._rng, self._rng.randrange(1, 3))
        label = " ".join(words(self._rng, self._rng.randrange(1, 4)))
        return f'<li><a class="{kind}" href="/{path}">{label}</a></li>'

    def _icon(self, kind: str) -> str:
        return (
            f'<svg class="icon icon--{kind}" width="24" height="24" viewBox="0 0 24 24" '
            f'aria-hidden="true"><path d="{_ICONS[kind]}"/></svg>'
        )

    def _header(self) -> str:
        columns = "".join(
            f"<li class='menu__column'><b>{name(self._rng)}</b><ul>\n"
            + "\n".join(self._link("menu__link") for _ in range(self._rng.randrange(4, 8)))
            + "</ul></li>\n"
            for _ in range(5)
        )
        return (
            f'<header class="header">{self._spot}<form action="/zoeken" role="search"><input '
            f'type="search" name="q" placeholder="Zoek in {self._rng.randrange(10**4)} artikelen">'
            f'</form>{self._icon("basket")}<nav aria-label="Menu"><ul>{columns}</ul></nav></header>'
        )

    def _crumbs(self) -> str:
        steps = "".join(self._link("crumbs__link") for _ in range(3))
        title, text = name(self._rng).title(), sentences(self._rng, 4)
        return f'<ol class="crumbs">{steps}</ol>\n<h1>{title}</h1>\n<p>{text}</p>'

    def _filters(self) -> str:
        boxes = "\n".join(
            f'<label class="filter"><input type="checkbox" name="f[{self._rng.randrange(40)}][]" '
            f'value="{slug(self._rng, 1)}"> {name(self._rng)} '
            f"<i>({self._rng.randrange(1, 180)})</i></label>"
            for _ in range(16)
        )
        return f"<aside>\n{boxes}\n</aside>"

    def _card(self, at: int) -> str:
        rng, article = self._rng, self._articles[at]
        path, sku = f"/{slug(rng, 2)}-{article['id']}", self._hash(5).upper()
        image = f"{CDN}/{self._hash(32)}"
        euros = f"{article['price']:.2f}".replace(".", ",")
        sale = '<span class="badge badge--sale">Actie</span>' if rng.random() < 0.3 else ""
        stock = "Op voorraad" if article["stock"] else f"Levertijd {rng.randrange(2, 15)} werkdagen"
        facts = "".join(
            f"<dt>{name(rng)}</dt><dd>{rng.randrange(1, 3000)} mm</dd>"
            for _ in range(rng.randrange(1, 4))
        )
        return (
            f'<article class="card" data-id="{article["id"]}" data-sku="{sku}-{at:02}">\n'
            f'<a class="card__link" href="{path}?list={at}">{sale}<img loading="lazy" width="320" '
            f'height="320" src="{image}/320.webp" srcset="{image}/640.webp 2x" '
            f'alt="{article["name"]}"></a>\n<h3 class="card__title">'
            f'<a href="{path}">{article["name"]}</a></h3>\n'
            f'<p class="card__text">{sentences(rng, rng.randrange(1, 3))}</p>\n<dl>{facts}</dl>\n'
            f'<p class="card__price">€ {euros} <small>incl. btw</small></p>\n'
            f'<p class="card__stock">{stock}</p>\n'
            f'<p class="card__score" title="{article["score"]}">{self._icon("star")} '
            f"({rng.randrange(1, 240)})</p>\n"
            f'<button type="button" class="button button--buy" data-add="{article["id"]}">'
            f"In mandje</button>{self._spot}\n</article>"
        )

    def _opinions(self) -> str:
        told = "\n".join(
            f'<blockquote class="opinion"><p>{sentences(self._rng, self._rng.randrange(2, 5))}</p>'
            f"<cite>{name(self._rng).title()}, {self._rng.randrange(1, 29)}-"
            f"{self._rng.randrange(1, 13)}-2025</cite></blockquote>"
            for _ in range(OPINIONS)
        )
        title = "<h2>Wat klanten zeggen</h2>"
        return f'<section class="opinions">\n{title}\n{told}{self._spot}\n</section>'

    def _posts(self) -> str:
        teasers = "\n".join(
            f'<a class="post" href="/blog/{2019 + at}/{slug(self._rng, 3)}">'
            f"<h3>{sentence(self._rng)}</h3><p>{sentences(self._rng, 2)}</p></a>"
            for at in range(POSTS)
        )
        return f'<section class="posts">\n{teasers}\n</section>'

    def _questions(self) -> str:
        asked = "\n".join(
            f"<details><summary>{sentence(self._rng)[:-1]}?</summary><p>{sentences(self._rng, 3)}"
            f"</p></details>{self._spot}"
            for _ in range(QUESTIONS)
        )
        return f'<section class="questions">\n{asked}\n</section>'

    def _state(self) -> str:
        state = {
            "session": self._hash(32),
            "build": self._hash(12),
            "experiments": {f"exp_{self._hash(4)}": self._rng.choice("AB") for _ in range(6)},
            "articles": self._articles,
        }
        written = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
        return f"<script>window.__STATE__={written}</script>"
