"""Numbers as the templates write them."""

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from demo.templatetags.firm import written

PATTERNS = [
    pytest.param("(0##) ### ## ##", "(020) 019 91 00", id="area code in brackets"),
    pytest.param("+31 (0)## ### ## ##", "+31 (0)20 019 91 00", id="international"),
    pytest.param("0031#########", "0031200199100", id="closed up"),
    pytest.param("### ##", "200 19", id="fewer places than digits"),
    pytest.param("##########", "200199100", id="more places than digits"),
]


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS)
def test_a_number_is_written_in_a_pattern(pattern: str, expected: str) -> None:
    assert written("+31200199100", pattern) == expected


def test_only_a_pattern_of_a_template_may_hold_markup() -> None:
    template = Template("{% load firm %}{{ phone|written:'<b>0##</b>' }} {{ phone|written:mine }}")

    text = template.render(Context({"phone": "+31200199100", "mine": "<i>##</i>"}))

    assert text == "<b>020</b> &lt;i&gt;20&lt;/i&gt;"
    assert isinstance(written("+31200199100", SafeString("<b>#</b>")), SafeString)
