"""What the rewriter says of a number, in words for editors; with the fix where there is one."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from calltrack.plan import Plan
from proxy.rewrite import Finding, Rule
from wagtail_calltrack.previewing.pages import WHERE as PLACES

WHERE: Mapping[str, Any] = {
    **PLACES,
    "comment": pgettext_lazy("of HTML", "comment"),
    "declaration": gettext_lazy("declaration"),
    "script": gettext_lazy("script"),
    "style": gettext_lazy("style sheet"),
    "title": gettext_lazy("title of the page"),
    "textarea": gettext_lazy("text box"),
}
_ATTRIBUTE = "attribute "

FOUND: Mapping[Rule, Any] = {
    Rule.FORWARDING_NUMBER: gettext_lazy("a forwarding number"),
    Rule.IN_PLACEHOLDER: gettext_lazy("a number in a placeholder"),
    Rule.PLACEHOLDER_CONTENT: gettext_lazy("what a placeholder holds"),
}
"""What is looked for, and stands here."""

LEFT: Mapping[Rule, Any] = {
    Rule.NOT_A_FORWARDING_NUMBER: gettext_lazy(
        "No vestiging has this forwarding number. If it is one of yours, enter it at its vestiging."
    ),
    Rule.TIED_TO_LONGER_NUMBER: gettext_lazy(
        "It is part of a longer number, as that of an order. If it is not, part them by a word."
    ),
    Rule.LETTERS_TOUCH: gettext_lazy("Letters or signs touch it. Put a space between."),
    Rule.NOT_INTERNATIONAL: gettext_lazy(
        "It begins with a + and is no international number. Write it as +31 20 123 45 67."
    ),
    Rule.ABROAD: gettext_lazy("It is part of the number of another country."),
    Rule.IBAN: gettext_lazy("It is part of a bank account's number."),
    Rule.ADDRESS: gettext_lazy("It is part of a web or e-mail address."),
    Rule.NOT_WHOLE: gettext_lazy(
        "Its digits do not stand in one element. Write the whole of it into one, or put a "
        "placeholder there."
    ),
    Rule.OPTED_OUT: gettext_lazy(
        'The page wants it so: it, or what is around it, has data-calltrack="off".'
    ),
    Rule.FORM_CHOICE: gettext_lazy("It is a choice in a form, which sends it as it stands."),
    Rule.INSIDE_SCRIPT: gettext_lazy(
        "It stands in a script, which stays as it is. Where visitors see it, have the page itself "
        "hold the number, and the script read it there."
    ),
    Rule.INSIDE_STYLE: gettext_lazy("It stands in a style sheet, which stays as it is."),
    Rule.INSIDE_TITLE: gettext_lazy(
        "It stands in the title of the page, which search engines show."
    ),
    Rule.INSIDE_TEXTAREA: gettext_lazy(
        "It stands in a text box, whose text is the visitor's to send."
    ),
    Rule.INSIDE_RAW_TEXT: gettext_lazy("Its element holds no text of the page, as an iframe."),
    Rule.COMMENT: gettext_lazy("It stands in a comment, which nobody sees."),
    Rule.DECLARATION: gettext_lazy(
        "It stands in a declaration, or in a tag that is broken. Look at the page's source there."
    ),
    Rule.CDATA: gettext_lazy("It stands in a CDATA section, which browsers read in other ways."),
    Rule.ATTRIBUTE_NOT_TEXT: gettext_lazy(
        "This attribute is not replaced. Those that are stand under Sites: add it, if people "
        "read it."
    ),
    Rule.NO_PHONE_LINK: gettext_lazy(
        "The link does not phone. Have it begin with tel: if it is to."
    ),
    Rule.PLACEHOLDER_WITH_ELEMENTS: gettext_lazy(
        "A placeholder without a number, and with other elements in it. Write a number into it, or "
        "take the elements out."
    ),
    Rule.PLACEHOLDER_WITHOUT_TEXT: gettext_lazy(
        "A placeholder on an element that can hold no text. Put it on a span around a number."
    ),
    Rule.PLACEHOLDER_WITHOUT_END: gettext_lazy(
        "A placeholder without a number that never ends, or is very long. Close its element, or "
        "write a number into it."
    ),
}
"""Why a number is left alone, and what to do about it."""

_CHARSET = re.compile(r"the charset (.+) is not followed")
_GAVE_UP: Mapping[str, Any] = {
    "a tag of over 64 KB": gettext_lazy("a tag is longer than 64 KB"),
    "elements nested over 512 deep": gettext_lazy("elements are nested more than 512 deep"),
}


def where(place: str) -> str:
    """Say in what a number stands."""
    if place.startswith(_ATTRIBUTE):
        return _("attribute %(name)s") % {"name": place.removeprefix(_ATTRIBUTE)}
    return str(WHERE.get(place, f"<{place}>"))


def left(finding: Finding, plan: Plan) -> str:
    """Say why a number is left alone."""
    number = finding.number
    if finding.rule is Rule.NOT_A_FORWARDING_NUMBER:
        if number in plan.by_forwarding_number:
            return _(
                "It is a forwarding number, and this site replaces placeholders alone. Put one "
                "there, or choose another way under Sites."
            )
        if any(row.number == number for row in plan.numbers):
            return _(
                "It is a tracking number that somebody typed in, so everybody sees it. Put a "
                "placeholder in its place."
            )
    if finding.rule is Rule.GAVE_UP:
        return _("From some place on the page is left as it is: %(why)s.") % {
            "why": gave_up(finding.reason)
        }
    return str(LEFT.get(finding.rule, finding.reason))


def gave_up(reason: str) -> str:
    """Say why a page is not followed to its end."""
    charset = _CHARSET.fullmatch(reason)
    if charset:
        return _("the charset %(name)s is not read; UTF-8 is") % {"name": charset[1]}
    return str(_GAVE_UP.get(reason, reason))
