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

SPECIAL = frozenset(
    b"address applet area article aside base basefont bgsound blockquote body br button caption"
    b" center col colgroup dd details dir div dl dt embed fieldset figcaption figure footer form"
    b" frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link"
    b" listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre"
    b" script search section select source style summary table tbody td template textarea tfoot th"
    b" thead title tr track ul wbr xmp".split()
)
"""An end tag of an ordinary element does not reach past these."""

SCOPE = frozenset(b"applet caption html table td th marquee object template select".split())
"""No end tag but their own, or one of a table, reaches past these."""

END_LIMITS: dict[bytes, frozenset[bytes]] = {
    # end tag: elements it does not reach past, where these are not SCOPE
    b"template": frozenset(),
    b"table": frozenset({b"template"}),
    b"li": SCOPE | {b"ul", b"ol"},
    b"p": SCOPE | {b"button"},
    **dict.fromkeys(
        b"tbody thead tfoot tr td th caption".split(), frozenset({b"table", b"template"})
    ),
}

CLOSES_P = frozenset(
    b"address article aside blockquote center details dialog dir div dl fieldset figcaption figure"
    b" footer form h1 h2 h3 h4 h5 h6 header hgroup hr li dd dt listing main menu nav ol p plaintext"
    b" pre search section summary table ul xmp".split()
)
"""Their start tag ends an open paragraph."""

HEADINGS = frozenset(b"h1 h2 h3 h4 h5 h6".split())

_ROWS = frozenset(b"tbody thead tfoot".split())
_LISTS = frozenset(b"ul ol dir menu dl table td th".split())

IMPLIED_END: dict[bytes, tuple[frozenset[bytes], frozenset[bytes]]] = {
    # start tag: (open elements it ends, elements it does not look past)
    b"li": (frozenset({b"li"}), _LISTS),
    b"dd": (frozenset({b"dd", b"dt"}), _LISTS),
    b"dt": (frozenset({b"dd", b"dt"}), _LISTS),
    b"option": (frozenset({b"option"}), frozenset({b"select", b"datalist", b"optgroup"})),
    b"optgroup": (frozenset({b"option", b"optgroup"}), frozenset({b"select", b"datalist"})),
    b"rb": (frozenset({b"rb", b"rt", b"rtc", b"rp"}), frozenset({b"ruby"})),
    b"rtc": (frozenset({b"rb", b"rt", b"rtc", b"rp"}), frozenset({b"ruby"})),
    b"rt": (frozenset({b"rb", b"rt", b"rp"}), frozenset({b"ruby"})),
    b"rp": (frozenset({b"rb", b"rt", b"rp"}), frozenset({b"ruby"})),
    b"td": (frozenset({b"td", b"th"}), frozenset({b"tr", b"table"})),
    b"th": (frozenset({b"td", b"th"}), frozenset({b"tr", b"table"})),
    b"tr": (frozenset({b"tr", b"caption", b"colgroup"}), _ROWS | {b"table"}),
    b"tbody": (_ROWS | {b"tr", b"caption", b"colgroup"}, frozenset({b"table"})),
    b"thead": (_ROWS | {b"tr", b"caption", b"colgroup"}, frozenset({b"table"})),
    b"tfoot": (_ROWS | {b"tr", b"caption", b"colgroup"}, frozenset({b"table"})),
    b"caption": (frozenset({b"caption", b"colgroup"}), frozenset({b"table"})),
    b"colgroup": (frozenset({b"caption", b"colgroup"}), frozenset({b"table"})),
    b"body": (frozenset({b"head"}), frozenset({b"html"})),
    b"a": (frozenset({b"a"}), SCOPE),
    b"button": (frozenset({b"button"}), SCOPE),
    b"nobr": (frozenset({b"nobr"}), SCOPE),
}

SVG_INTEGRATION = frozenset({b"foreignobject", b"desc", b"title"})
MATH_INTEGRATION = frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext"})
"""Inside these, svg and math hold HTML again."""

BREAKOUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li"
    b" listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul"
    b" var".split()
)
"""Start tags that end svg and math."""
