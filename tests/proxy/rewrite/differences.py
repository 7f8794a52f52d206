"""Where the rewriter and html5lib 1.1 read a page differently, and why that is right.

html5lib 1.1 follows the rules of 2017 and older ones. Today's, which the rewriter follows:

===================================  ==============================================================
since                                today's standard
===================================  ==============================================================
2016   isindex, command, menuitem    elements without rules of their own
2016   rb, rtc                       end like rt and rp; all four end what may be left open in them
2013   template                      holds parts of tables, ends with its own end tag only
2017   dialog; 2023 search           blocks: end a paragraph, their end tag closes what is in them
2020   </p>, </br> in svg and math   end the drawing
2023   hr in select                  stays in it
2023   template shadowrootmode       read like any template: its text is replaced, too
2025   select                        holds any element; ended by a select, an input, a table's part
===================================  ==============================================================

A difference counts as explained by the first rule that fits. Rules are small, each says how many of
a thousand injections it may explain, and most only explain a number that was left alone.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from tests.proxy.rewrite.injections import Verdict

MARK = "MARK"
_TAG = r"<(?:{names})(?=[\t\n\f\r />])"
_FORMATTING = "a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
_PARTS = "caption|col|colgroup|tbody|td|tfoot|th|thead|tr"


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for which a page may differ."""

    reason: str
    page: str
    """Pattern of a page. MARK stands for a mark that was put into a tag."""
    per_thousand: float
    left_alone: bool = True
    """Whether it explains only numbers that are left as they were."""


def _tags(names: str) -> str:
    return _TAG.format(names=names)


def _marked(names: str) -> str:
    return rf"<(?:{names}){MARK}"


_ANYWHERE = (
    Rule(
        "a number in CDATA is left alone: no editor writes one there",
        _tags("svg|math") + r".*<!\[CDATA\[",
        4,
    ),
    Rule(
        "2025: a select holds any element; html5lib drops its tag, or ends the select",
        _tags("select") + r".*<(?!(?:option|optgroup)[\s>])[a-z]",
        5,
    ),
    Rule(
        "2016: isindex is no form any more, and holds what follows it",
        _tags("isindex"),
        5,
        left_alone=False,
    ),
)

IN_REGIONS = (
    *_ANYWHERE,
    Rule("2016: command is no void element any more", _tags("command"), 3, left_alone=False),
    Rule("2013: template; html5lib has no rules for it", _tags("template"), 20, left_alone=False),
    Rule(
        "2016: rb and rtc end like rt and rp, and all end what may be left open",
        _tags("rb|rtc") + "|" + _tags("ruby") + ".*" + _tags("rp|rt"),
        8,
        left_alone=False,
    ),
    Rule(
        "a text in a table outside its cells is thrown out; for us it stands where it is written",
        _marked("table|tbody|thead|tfoot|tr|colgroup"),
        110,
        left_alone=False,
    ),
    Rule(
        "a part of a table without a table is dropped; for us the page may be a part of one",
        rf"(?:\A|</table>)(?:(?!<table[\s>]).)*(?:{_marked(_PARTS)}|{MARK}.*{_tags(_PARTS)})",
        15,
        left_alone=False,
    ),
    Rule(
        "a text ends head, and noscript in it; for us their end tag does",
        _marked("head|noscript"),
        50,
        left_alone=False,
    ),
    Rule(
        "a page of frames has no text; for us a frameset has an end",
        _marked("frameset"),
        12,
        left_alone=False,
    ),
    Rule(
        "a form in a form is dropped; for us it is one",
        _tags("form") + ".*" + _marked("form"),
        3,
        left_alone=False,
    ),
    Rule(
        "a form between a table and its rows holds nothing; for us it has an end",
        _tags("table|tbody|thead|tfoot|tr") + ".*" + _marked("form"),
        2,
        left_alone=False,
    ),
    Rule(
        "what follows body's end belongs to body; a placeholder ends there",
        _marked("[a-z]+") + ".*</(?:body|html)",
        12,
    ),
    Rule(
        "blocks are moved out of what stands between a formatting element and them, afterwards",
        rf"<(?:{_FORMATTING})[\s>].*{MARK}.*<(?:/|(?:a|nobr)[\s>])",
        3,
        left_alone=False,
    ),
    Rule(
        "a format that a block's end closes is opened again, and its end tag closes that one; for"
        " us it closes the same around it",
        rf"<({_FORMATTING}){MARK}.*<\1[\s>].*</\1",
        1,
        left_alone=False,
    ),
    Rule("2017: dialog is a block", _tags("dialog"), 1, left_alone=False),
)


_FORM_IN_TAG = r"[^<>]*<span (?:class|data-calltrack)="
IN_TEXT = (
    *_ANYWHERE,
    *(  # a form that is marked was put into the tag of another element
        replace(rule, page=rule.page.replace(MARK, _FORM_IN_TAG), per_thousand=0.2)
        for rule in IN_REGIONS
        if MARK in rule.page
    ),
)


@dataclass(slots=True)
class Explained:
    """Counts what the rules explain, and keeps the pages that none does."""

    rules: tuple[Rule, ...]
    counts: Counter[str] = field(default_factory=Counter)
    unexplained: list[bytes] = field(default_factory=list)
    judged: int = 0

    def take(self, page: bytes, verdict: Verdict, *, mark: str = "") -> None:
        """Take in a verdict over a page."""
        self.judged += 1
        if not verdict.differs:
            return
        text = page.decode("latin-1")
        for rule in self.rules:
            pattern = rule.page.replace(MARK, re.escape(mark))
            fits = verdict.left_alone or not rule.left_alone
            if fits and re.search(pattern, text, re.IGNORECASE | re.DOTALL):
                self.counts[rule.reason] += 1
                return
        self.unexplained.append(page)

    def excessive(self) -> dict[str, int]:
        """Give the rules that explain more than they may; a drawing may have its luck."""
        limits = {rule.reason: rule.per_thousand * self.judged / 1000 for rule in self.rules}
        luck = {reason: 3 * max(1, limit) ** 0.5 for reason, limit in limits.items()}
        return {reason: n for reason, n in self.counts.items() if n > limits[reason] + luck[reason]}
