"""Pairs of addresses: are they in one network?"""

import pytest

PAIRS = [
    pytest.param("203.0.113.1", "203.0.113.254", True, id="one /24"),
    pytest.param("203.0.113.1", "203.0.112.1", False, id="two /24"),
    pytest.param("203.0.113.1", "::ffff:203.0.113.9", True, id="IPv4 inside IPv6"),
    pytest.param("2001:db8:0:aa00::1", "2001:db8:0:aaff::9", True, id="one /56"),
    pytest.param("2001:db8:0:aa00::1", "2001:db8:0:ab00::1", False, id="two /56"),
    pytest.param("2001:db8::1", "[2001:db8::2]", True, id="in brackets"),
    pytest.param("32.1.13.184", "2001:db8::1", False, id="the same bytes, another kind"),
]
