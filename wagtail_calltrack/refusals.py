"""What the Plan's check says, in the reader's language.

The check is the edges', too, and speaks English. What an editor may meet of it stands here in its
very words, so that catalogues translate it; where it names a value, so does the text here. What is
not here stays English: it is about files, or cannot happen on the screens.
"""

import re
from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop

FIELDS = (
    gettext_noop("must be %(count)s digits"),
    gettext_noop("must be a number of minutes, %(least)s to %(most)s"),
    gettext_noop("must be a whole number of seconds, %(least)s to %(most)s"),
    gettext_noop("must be the name of a secret: capitals, digits and «_», as TWILIO"),
    gettext_noop("must not be empty"),
    gettext_noop("must be 1 to %(most)s characters on one line, without spaces around them"),
    gettext_noop("must be 1 to %(most)s characters on one line"),
    gettext_noop("must be 1 to 64 of the letters a to z, digits, «-», «_» and «.»"),
    gettext_noop('is reserved: data-calltrack="off" switches replacing off'),
    gettext_noop("must be one class name: ASCII, no spaces, quotes, or any of < > & = `"),
    gettext_noop("must be a host name alone, as www.example.nl: no https://, path or port"),
    gettext_noop("must be a host name, as www.example.nl"),
    gettext_noop("must be written as browsers send it, in ASCII: xn--…"),
    gettext_noop("must be a domain of two labels at least, as example.nl"),
    gettext_noop("must be title, alt or aria-…: no other attribute holds text for people"),
    gettext_noop("must be the start of a path as browsers send it, as /shop/"),
    gettext_noop("must be one of %(words)s, or hold a «*»"),
    gettext_noop("must be a name alone, as it stands before the value: no spaces, = : ;"),
    gettext_noop("must be a country in two capitals, as NL"),
)
"""What is said of a value, behind it."""

NUMBERS = (
    gettext_noop("«%(text)s» is no phone number: %(reason)s"),
    gettext_noop("it holds no digits"),
    gettext_noop("it holds more than digits and separators"),
    gettext_noop("it is too short for its country"),
    gettext_noop("it is too short"),
    gettext_noop("it is too long for its country"),
    gettext_noop("it is too long"),
    gettext_noop("its area code is missing"),
    gettext_noop("no number of its country has this length"),
    gettext_noop("its country is not known; write it with its country code, as +31 10 …"),
)
"""What is said of a phone number."""

ROWS = (
    gettext_noop("%(field)s %(value)s stands already in %(place)s"),
    gettext_noop(
        "cookie_domain %(domain)s does not hold the host %(host)s: browsers would refuse its "
        "cookies"
    ),
    gettext_noop(
        "consent_cookie and consent_header: consent is told in one place; leave one of them out"
    ),
    gettext_noop(
        "%(field)s is for a site whose consent is required: leave it out, or write consent = "
        "required"
    ),
    gettext_noop("consent_value is missing: what %(field)s holds when the visitor agreed"),
    gettext_noop(
        "consent_value has no place: name the consent_cookie or the consent_header that holds it"
    ),
    gettext_noop(
        "priority lets the campaign name the vestiging, and vestiging %(vestiging)s names one: "
        "leave one of them out"
    ),
    gettext_noop(
        "vestiging is missing: campaign %(campaign)s covers %(vestigingen)s; say whose calls the "
        "number takes"
    ),
    gettext_noop(
        "vestiging %(vestiging)s is not one that campaign %(campaign)s covers: %(vestigingen)s"
    ),
    gettext_noop(
        "campaign %(campaign)s has a static number for vestiging %(vestiging)s already: %(number)s"
    ),
    gettext_noop("method static needs a static number, and there is none for %(vestigingen)s"),
    gettext_noop("exhaustion static needs a static number, and there is none for %(vestigingen)s"),
    gettext_noop("pool is missing: %(campaign)s gives its visitors numbers of their own"),
    gettext_noop("off_site says that it has no visitors: leave %(fields)s out"),
    gettext_noop(
        "method %(method)s is for visitors, and off_site says that there are none: write static"
    ),
)
"""What is said of a row, beside others."""

DOUBTS = (
    gettext_noop("nobody gets to it: «%(first)s» stands before it, and takes everybody"),
    gettext_noop("it is off-site and has no number"),
    gettext_noop(
        "its static numbers are shown to nobody: its method is %(method)s, its exhaustion "
        "%(exhaustion)s"
    ),
    gettext_noop("its pool «%(pool)s» has no use: its method is %(method)s"),
    gettext_noop(
        "with exhaustion = share two visitors may see one number when no other is free, and a "
        "call to it is credited to either"
    ),
    gettext_noop(
        "its static number for «%(vestiging)s» is disabled: the original is shown instead"
    ),
    gettext_noop("its static number is disabled: the original is shown instead"),
    gettext_noop("it has no static number for %(vestigingen)s: the original is shown there"),
    gettext_noop("rules[%(at)s]: %(field)s «%(pattern)s» matches nothing: %(reason)s"),
    gettext_noop("it is matched with the host alone, as www.example.nl"),
    gettext_noop("it is matched with the path alone, from its first «/» on, as /shop/*"),
    gettext_noop("it is a country or province in capitals, as NL or NL-NH"),
)
"""What is said of a campaign that is allowed, and looks like a mistake."""

INNER = "reason"
"""A part that is a text of its own."""


def in_words(text: str) -> str:
    """Say it in the reader's language, or as the check says it where it is not known."""
    for pattern, source in _KNOWN:
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            if INNER in parts:
                parts[INNER] = in_words(parts[INNER])
            return gettext(source) % parts if parts else gettext(source)
    return text


def _patterns(texts: Iterable[str]) -> Iterable[tuple[re.Pattern[str], str]]:
    for text in texts:
        plain = re.escape(text)
        yield re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", plain), re.DOTALL), text


_KNOWN = tuple(_patterns((*FIELDS, *NUMBERS, *ROWS, *DOUBTS)))
