"""Tables of HTML elements, as the WHATWG's rules for parsing name them.

All names are lower-case bytes.
"""

VOID = frozenset(
    b"area base basefont bgsound br col embed frame hr image img input keygen link meta param"
    b" source track wbr".split()
)
"""No content and no end tag."""

RAW_TEXT = frozenset(b"script style textarea title xmp iframe noembed noframes plaintext".split())
"""Their content holds no tags. Not <noscript>: a page is read as if scripts did not run."""

INLINE = (
    b"a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s"
    b" samp small span strike strong time tt u var wbr"
).split()
"""A number may be written across the borders of these. Not <sup>: there stand footnotes."""

FOREIGN = frozenset({b"svg", b"math"})

FORMATTING = frozenset(b"a b big code em font i nobr s small strike strong tt u".split())

SVG_INTEGRATION = frozenset({b"foreignobject", b"desc", b"title"})
MATH_INTEGRATION = frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext"})
"""Inside these, svg and math hold HTML again."""

_BORDERS = frozenset(
    [
        *(b"svg " + name for name in SVG_INTEGRATION),
        *(b"math " + name for name in MATH_INTEGRATION | {b"annotation-xml"}),
    ]
)
"""Between HTML and the HTML in svg or math; named so that no element of HTML has the name."""

SPECIAL = _BORDERS | frozenset(
    b"address applet area article aside base basefont bgsound blockquote body br button caption"
    b" center col colgroup dd details dir div dl dt embed fieldset figcaption figure footer form"
    b" frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link"
    b" listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre"
    b" script search section select source style summary table tbody td template textarea tfoot th"
    b" thead title tr track ul wbr xmp".split()
)
"""An end tag of an ordinary element does not reach past these."""

SCOPE = _BORDERS | frozenset(
    b"applet caption html table td th marquee object template select".split()
)
"""No end tag but their own, or one of a table, reaches past these."""

MARKERS = frozenset(b"applet object marquee template td th caption".split())
"""What is open around these is no concern of a link in them."""

IMPLIED = frozenset(b"dd dt li optgroup option p rb rp rt rtc".split())
"""Their end tag may be left out before another's."""

_IN_TABLE = frozenset({b"table", b"template"})

BUTTON_SCOPE = SCOPE | {b"button"}
"""The same for a paragraph."""

END_LIMITS: dict[bytes, frozenset[bytes]] = {
    # end tag: elements it does not reach past, where these are not SCOPE
    b"template": frozenset(),
    b"table": frozenset({b"template"}),
    b"li": SCOPE | {b"ul", b"ol"},
    b"p": BUTTON_SCOPE,
    b"noscript": SPECIAL,
    b"dialog": SCOPE,
    **dict.fromkeys(b"tbody thead tfoot tr td th caption".split(), _IN_TABLE),
}

CLOSES_P = frozenset(
    b"address article aside blockquote center details dialog dir div dl fieldset figcaption figure"
    b" footer form h1 h2 h3 h4 h5 h6 header hgroup hr li dd dt listing main menu nav ol p plaintext"
    b" pre search section summary table ul xmp".split()
)
"""Their start tag ends an open paragraph."""

CLOSES_SELECT = frozenset({b"input", b"select"})
"""Their start tag ends an open select; then a second select's does nothing more."""

HEADINGS = frozenset(b"h1 h2 h3 h4 h5 h6".split())

ROWS = frozenset(b"tbody thead tfoot".split())

TABLE_PARTS: dict[bytes, frozenset[bytes]] = {
    # start tag: elements of a table in which it stands; what else is open in these, it ends
    b"caption": _IN_TABLE,
    b"colgroup": _IN_TABLE,
    b"col": _IN_TABLE | {b"colgroup"},
    **dict.fromkeys(ROWS, _IN_TABLE),
    b"tr": _IN_TABLE | ROWS,
    **dict.fromkeys((b"td", b"th"), _IN_TABLE | ROWS | {b"tr"}),
}
CELLS = frozenset(b"td th caption".split())
"""Inside these a table is over, and HTML goes on."""

ENDED_WHEN_CURRENT: dict[bytes, frozenset[bytes]] = {
    # start tag: elements it ends where nothing else is open in them
    **dict.fromkeys(HEADINGS, HEADINGS),
    **dict.fromkeys((b"option", b"optgroup"), frozenset({b"option"})),
}

ANNOTATIONS = {
    # start tag: elements it ends where nothing else is open in them, in a ruby
    **dict.fromkeys((b"rb", b"rtc"), IMPLIED),
    **dict.fromkeys((b"rt", b"rp"), IMPLIED - {b"rtc"}),
}

_NO_ITEM = SPECIAL - frozenset(b"address div p".split())
_TERMS = frozenset({b"dd", b"dt"})

IMPLIED_END: dict[bytes, tuple[frozenset[bytes], frozenset[bytes]]] = {
    # start tag: (open elements it ends, elements it does not look past)
    b"li": (frozenset({b"li"}), _NO_ITEM),
    b"dd": (_TERMS, _NO_ITEM),
    b"dt": (_TERMS, _NO_ITEM),
    b"body": (frozenset({b"head"}), frozenset({b"html"})),
    b"button": (frozenset({b"button"}), SCOPE),
    # parts of a table of which only a part is here
    **dict.fromkeys((b"td", b"th"), (frozenset({b"td", b"th"}), frozenset({b"tr"}))),
    b"tr": (frozenset({b"tr"}), ROWS),
    **dict.fromkeys(ROWS, (ROWS | {b"tr"}, frozenset())),
}

LIMITS = frozenset(
    {SPECIAL, SCOPE, BUTTON_SCOPE, MARKERS}
    | set(END_LIMITS.values())
    | {limits for _, limits in IMPLIED_END.values()}
)
"""All sets of elements that something does not reach past."""

BREAKOUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li"
    b" listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul"
    b" var".split()
)
"""Start tags that end svg and math."""
