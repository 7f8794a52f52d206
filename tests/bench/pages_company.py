"""Two pages nearer to those of real firms: a page builder's, and one of twenty years ago.

- *cms*: some 250 KB: elements nested a dozen deep, many classes and data attributes, inline SVG,
  scripts and styles, `srcset`, JSON-LD with the firm's number, comments of a page builder.
- *old*: tables in tables, upper-case tags, attributes without quotes, `&nbsp;`, end tags left out.

`spot` stands where a number may be put in.
"""

import random
from collections.abc import Sequence

SECTIONS = 27
DEPTH = 9
ICON = (
    '<svg class="icon icon--{name}" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" '
    'focusable="false"><g fill="none" fill-rule="evenodd"><path d="M12 {a}.5c-4.142 0-7.5 {b}.358'
    '-7.5 7.5s3.358 7.5 7.5 7.5 7.5-3.358 7.5-7.5-3.358-7.5-7.5-7.5z" stroke="currentColor"/>'
    "<title>{name}</title></g></svg>"
)
_UTILITIES = (
    *(
        "flex",
        "grid",
        "md:grid-cols-2",
        "lg:col-span-7",
        "px-4",
        "py-12",
        "mx-auto",
        "text-gray-900",
    ),
    *("max-w-7xl", "hover:bg-white/10", "rounded-2xl", "shadow-lg", "items-center", "gap-x-8"),
)


class Writer:
    """Writes one page out of chosen words."""

    def __init__(self, rng: random.Random, words: Sequence[str], spot: str) -> None:
        self._rng = rng
        self._words = words
        self._spot = spot
        self._made = 0

    def cms(self) -> str:
        """Write what a page builder writes."""
        sections = "".join(self._section(at) for at in range(SECTIONS))
        return (
            '<!DOCTYPE html>\n<html lang="nl-NL" class="no-js" prefix="og: https://ogp.me/ns#">\n'
            f"<head>\n{self._head()}</head>\n"
            '<body class="home page-template-default page page-id-42 wp-custom-logo kit-5" '
            f'data-theme="{self._rng.randrange(99)}">\n{self._menu()}'
            f'<main id="main" role="main">\n{sections}</main>\n{self._form()}{self._end()}'
        )

    def old(self) -> str:
        """Write what was usual twenty years ago."""
        rows = "\n".join(self._row(at) for at in range(90))
        return (
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" '
            '"http://www.w3.org/TR/html4/loose.dtd">\n<HTML>\n<HEAD>\n'
            '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8">\n'
            "<TITLE>Stukadoorsbedrijf &amp; Zn.</TITLE>\n"
            '<SCRIPT LANGUAGE="JavaScript">\n<!--\nif (document.images) { a = new Image(88,31); }\n'
            "//-->\n</SCRIPT>\n</HEAD>\n"
            "<BODY BGCOLOR=#FFFFFF TEXT=#000000 LINK=#0000CC onLoad=\"window.status='Welkom'\">\n"
            '<CENTER><TABLE WIDTH=760 BORDER=0 CELLSPACING=0 CELLPADDING=4 SUMMARY="">\n'
            f"{rows}\n</TABLE></CENTER>\n<HR NOSHADE SIZE=1>{self._spot}\n"
            "<FONT SIZE=1>&copy; 1998-2003 &nbsp;|&nbsp; KvK 12345678 &nbsp;|&nbsp; Giro 1234567"
            "</FONT>\n</BODY>\n</HTML>\n"
        )

    def _text(self, words: int) -> str:
        return " ".join(self._rng.choices(self._words, k=words))

    def _classes(self, block: str) -> str:
        chosen = " ".join(self._rng.sample(_UTILITIES, 5))
        return f"{block} {block}--{self._rng.randrange(16**4):04x} {chosen}"

    def _icon(self) -> str:
        a, b = self._rng.randrange(9), self._rng.randrange(9)
        return ICON.format(name=self._rng.choice(("phone", "pin", "star")), a=a, b=b)

    def _head(self) -> str:
        rng = self._rng
        metas = "".join(
            f'<meta property="og:{self._rng.choice(self._words)}" content="{self._text(9)}">\n'
            for _ in range(18)
        )
        sheets = "".join(
            f"<link rel='stylesheet' id='p{i}-css' href='/wp-content/plugins/p{i}/style.min.css"
            f"?ver={i}.{rng.randrange(20)}.{rng.randrange(20)}' media='all' />\n"
            for i in range(24)
        )
        colours = "".join(
            f"--wp--preset--color--c{i}:#{rng.randrange(16**6):06x};--wp--size--{i}:{i}.25rem;"
            for i in range(120)
        )
        return (
            f'<meta charset="utf-8">\n<title>{self._text(5)}</title>\n{metas}{sheets}'
            f"<style id='global-styles-inline-css'>body{{{colours}}}</style>\n"
            '<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":'
            '"HousePainter","telephone":"+31 85 0199 999","contactPoint":{"telephone":'
            '"085-0199999"}}]}</script>\n'
        )

    def _menu(self) -> str:
        entries = "".join(
            f'<li id="menu-item-{at}" class="menu-item menu-item-type-post_type menu-item-{at}" '
            f'role="none"><a href="/{self._rng.choice(self._words)}/{at}/" role="menuitem" '
            f'tabindex="-1" class="{self._classes("nav-link")}"><span class="nav-link__text">'
            f"{self._text(2)}</span></a></li>\n"
            for at in range(70)
        )
        return f"<nav aria-label=\"Hoofdmenu\"><ul role='menu'>\n{entries}</ul></nav>\n"

    def _section(self, at: int) -> str:
        opened = "".join(
            f'<div class="{self._classes("e-con")}" data-id="{self._rng.randrange(16**7):07x}" '
            f'data-element_type="container" data-settings=\'{{"animation":"in","delay":{i}00}}\'>\n'
            for i in range(DEPTH)
        )
        cards = "".join(self._card(i) for i in range(4))
        script = (
            f"<script>window.widgets=window.widgets||[];widgets.push({{id:{at},tel:'0850199999',"
            f'html:"<a href=\\"tel:0850199999\\">{at}</a>",when:Date.now()<1e13}});</script>\n'
        )
        return (
            f'<!-- wp:group {{"layout":{{"type":"constrained"}}}} -->\n{opened}'
            f'<h2 class="{self._classes("heading")}" style="margin:0 0 1.{at}rem">'
            f"{self._text(6)}</h2>\n"
            f'<p style="font-size:clamp(1rem, 2vw, 1.{at}rem)">{self._text(45)}</p>{self._spot}\n'
            f"{cards}{script}{'</div>' * DEPTH}\n<!-- /wp:group -->\n"
        )

    def _card(self, at: int) -> str:
        picture = self._rng.randrange(10**6)
        widths = ", ".join(
            f"/wp-content/uploads/2026/03/{picture}-{width}x{width * 3 // 4}.webp {width}w"
            for width in (320, 480, 768, 1024, 1536)
        )
        return (
            f'<article class="{self._classes("card")}" data-aos="fade-up" data-aos-delay="{at}50">'
            f'<a href="/werk/{picture}/" class="card__link" title="{self._text(3)}">'
            f'<img decoding="async" loading="lazy" width="1024" height="768" alt="{self._text(4)}" '
            f'src="/wp-content/uploads/2026/03/{picture}.webp" srcset="{widths}" '
            f'sizes="(max-width: 1024px) 100vw, 1024px" /></a>{self._icon()}'
            f'<h3 class="card__title"><a href="/werk/{picture}/"><b>{self._text(3)}</b></a>'
            f"</h3><p>{self._text(18)} &euro;&nbsp;{picture % 900},50 &ndash; {self._text(6)}</p>"
            f"{self._spot}</article>\n"
        )

    def _form(self) -> str:
        fields = "".join(
            f'<p class="form-row"><label for="f{at}">{self._text(2)}&nbsp;<abbr class="required" '
            f'title="verplicht">*</abbr></label><input type="tel" id="f{at}" name="f[{at}]" '
            f'placeholder="06 12345678" pattern="[0-9 +()-]{{10,}}" autocomplete="tel" /></p>\n'
            for at in range(12)
        )
        return f'<form class="wpcf7-form init" novalidate data-status="init">\n{fields}</form>\n'

    def _end(self) -> str:
        rows = ",".join(
            f'{{"id":{self._rng.randrange(10**7)},"t":"{self._text(5)}","u":"\\/werk\\/{at}"}}'
            for at in range(160)
        )
        return (
            f"<footer>{self._spot}{self._icon()}<p>KvK 12345678 &middot; NL20INGB0001234567</p>"
            f"</footer>\n<script id='site-js-extra'>var site={{\"rows\":[{rows}]}};</script>\n"
            "<script src='/wp-includes/js/jquery/jquery.min.js?ver=3.7.1' defer></script>\n"
            "</body>\n</html>\n<!-- cached page, 2026-03-02 12:00:31, 1043 ms -->\n"
        )

    def _row(self, at: int) -> str:
        colour = "#EEEEEE" if at % 2 else "#DDDDDD"
        return (
            f"<TR BGCOLOR={colour} VALIGN=top><TD WIDTH=120 ALIGN=right NOWRAP>"
            f'<FONT FACE="Arial, Helvetica" SIZE=2><B>{self._text(2)}</B>&nbsp;</FONT>\n'
            f'<TD><IMG SRC=img/{at}.gif WIDTH=16 HEIGHT=16 ALT=""><FONT SIZE=2 COLOR=#003366>'
            f"{self._text(14)}<BR>{self._text(9)} &amp; {self._text(3)} f {at * 7},-</FONT>"
            f"{self._spot}<P>{self._text(10)}\n"
        )
