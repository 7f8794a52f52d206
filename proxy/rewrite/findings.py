"""What `explain` tells of one number: where it stands, what becomes of it, and by which rule.

A `Rule` is for programs and translators: its name stays. The sentence beside it is for people who
read English, and says more where there is more to say (which tag, which attribute).
"""

from dataclasses import dataclass
from enum import StrEnum

from calltrack.numbers import PhoneNumber


class Outcome(StrEnum):
    """What a rewrite does with a number."""

    REPLACED = "replaced"
    LEFT = "left"


class Rule(StrEnum):
    """Why a number is replaced or left alone."""

    # replaced
    FORWARDING_NUMBER = "forwarding-number"
    IN_PLACEHOLDER = "in-placeholder"
    PLACEHOLDER_CONTENT = "placeholder-content"

    # left alone: it is nothing to replace
    NOT_A_FORWARDING_NUMBER = "not-a-forwarding-number"
    TIED_TO_LONGER_NUMBER = "tied-to-longer-number"
    LETTERS_TOUCH = "letters-touch"
    NOT_INTERNATIONAL = "not-international"
    ABROAD = "abroad"
    IBAN = "iban"
    ADDRESS = "address"
    NOT_WHOLE = "not-whole"

    # left alone: so the page wants it
    OPTED_OUT = "opted-out"
    FORM_CHOICE = "form-choice"

    # left alone: where it stands
    INSIDE_SCRIPT = "inside-script"
    INSIDE_STYLE = "inside-style"
    INSIDE_TITLE = "inside-title"
    INSIDE_TEXTAREA = "inside-textarea"
    INSIDE_RAW_TEXT = "inside-raw-text"  # iframe, noembed, noframes, plaintext, xmp
    COMMENT = "comment"
    DECLARATION = "declaration"
    CDATA = "cdata"
    ATTRIBUTE_NOT_TEXT = "attribute-not-text"
    NO_PHONE_LINK = "no-phone-link"

    # left alone: a placeholder without a number
    PLACEHOLDER_WITH_ELEMENTS = "placeholder-with-elements"
    PLACEHOLDER_WITHOUT_TEXT = "placeholder-without-text"  # an element that can hold none
    PLACEHOLDER_WITHOUT_END = "placeholder-without-end"

    # left alone: the page cannot be followed
    GAVE_UP = "gave-up"


@dataclass(frozen=True, slots=True)
class Finding:
    """One phone number of a page, or a placeholder without one.

    Units: `offset` in bytes; `line` and `column` count from 1. A line ends at LF, CR LF or CR. A
    column counts characters as `page_text` gives them: a tab is one, so is an emoji, and a byte
    order mark is none.
    """

    offset: int
    line: int
    column: int
    place: str
    text: str
    """As it stands in the page, entities and tags with it."""
    number: PhoneNumber | None
    outcome: Outcome
    rule: Rule
    reason: str
    path: str = ""
    """CSS path of the element that holds it; empty until `proxy.css_paths` has looked for it."""
