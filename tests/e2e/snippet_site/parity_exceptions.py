"""Where a page may differ that the snippet filled from the same page of the proxy, and why.

The proxy reads bytes, the snippet the tree that a browser made of them: what the parser dropped,
moved or ended by itself is gone there. In each row the numbers of a page stay as the site wrote
them, or are this visitor's; none becomes anything else.
"""

_PER_CENT = "&#37;2B31850199999"
LINKS = (
    f"<p><a href='tel:{_PER_CENT}'>x</a> <a href='callto:{_PER_CENT};ext=1'>x</a>"
    f" <a title=x href = 'TEL:{_PER_CENT}' >x</a>"
)
MARK = "class=qooqie-number-placeholder"
UNSEEN: dict[str, str] = {
    # a selector, and why what it selects is compared without its content
    "noscript": "it is only read where no script runs, and so no snippet",
    "template": "it is no part of the page until a script copies it, and the copy is met then",
}
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    # why, and the decisions that it is about
    "the parser drops an end tag that nothing was open for, and a cell outside a table": (
        "085</>0199999",
        "085</div>0199999",
        "<td>085</td><td>0199999</td>",
        "<td>085<td>0199999",
        "<tr><td>085<tr><td>0199999",
        "<th>085</th> <th>0199999</th>",
        "<script>'</script>'085-0199999</script>085-0199999",
        "<noscript>085-0199999</noscript>085-0199999",
    ),
    "in the browser's tree a CDATA section of a drawing is a text like any other": (
        "<svg><![CDATA[085-0199999]]></svg>085-0199999",
        "<svg><![CDATA[085-0199999>085-0199999</svg>085-0199999]]>085-0199999</svg>",
        "<svg><![CDATA[085-0199999",
        "<svg><text>085-0199999<![CDATA[085-0199999]]>085-0199999</text></svg>",
        "<svg><title><![CDATA[085-0199999>085-0199999]]>085-0199999</title></svg>",
        "<math><![CDATA[085-0199999]]><title>085-0199999</title></math>",
    ),
    "the snippet touches no style, a drawing's neither": (
        "<math><mi>085-0199999</mi><style>085-0199999</style></math><style>085-0199999</style>",
        "<math><annotation-xml><style>085-0199999</style></annotation-xml></math>",
    ),
    "a drawing's link by its old name, which costs the script more than it is worth": (
        "<svg><a xlink:href='tel:085-0199999'></a></svg>",
        "<svg><a XLINK:HREF='tel:085-0199999'></a></svg>",
    ),
    "in doubt it is an opt-out: the value has the word off, and another": (
        "<p data-calltrack='off x'>085-0199999</p>",
    ),
    "formatting that has no end goes on in the browser's tree, and its opt-out with it": (
        "<div><i data-calltrack=off>085-0199999</div>085-0199999",
        "<div><i data-calltrack=off><b>085-0199999<u>085-0199999</div>085-0199999",
        "<p><i data-calltrack=off>085-0199999<p>085-0199999",
        "<ul><li><i data-calltrack=off>085-0199999<li>085-0199999</ul>",
        "<ul><li><i data-calltrack=off>085-0199999</ul>085-0199999",
        "<a><i data-calltrack=off>085-0199999</a>085-0199999",
        "<div><i data-calltrack=off><i data-calltrack=off>085-0199999</div>085-0199999",
        "<noscript><i data-calltrack=off>085-0199999</noscript>085-0199999",
        f"<i {MARK}>030 234 56 78 <b data-calltrack=off>0850199999</i>0850199999",
        "<i data-calltrack=service>030 234 56 78 <b data-calltrack=off>0850199999</i>0850199999",
    ),
    "a placeholder that has no end has one in the browser's tree": (
        "<p><i class=qooqie-number-placeholder>en meer</p>0850199999",
        "<p><i data-calltrack=service>en meer</p>0850199999",
    ),
    "a per cent sign that was written as an entity is one in the browser's tree": (LINKS,),
}
LEFT_OUT: dict[str, tuple[str, ...]] = {
    # a whole page, and what of it stands in a row above
    "broken": ("<![CDATA[ 085 0199999 </svg> ]]>",),
    "placeholders": (
        '<p><span class="qooqie-number-placeholder">030 <p>2345678\n',
        '<div><span class="qooqie-number-placeholder">Bel</div> 030 2345678',
    ),
}
