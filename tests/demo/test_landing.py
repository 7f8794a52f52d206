"""The landing page that no proxy stands in front of: plain numbers, one line, a strict policy."""

import lxml.html

from tests.demo.visiting import Visitor

EDGE = "http://localhost:8000"


def test_it_has_the_firm_s_own_numbers_and_the_line(demo_site: str) -> None:
    answer = Visitor(demo_site).get("/actie/")

    page = lxml.html.document_fromstring(answer.body)
    scripts = [(one.get("src"), one.get("async")) for one in page.xpath("//head/script")]
    assert answer.status == 200
    assert (f"{EDGE}/_calltrack/snippet.js", "") in scripts
    assert "(020) 019 91 00" in answer.text
    assert page.xpath("//style | //@style | //script[not(@src)]") == []


def test_its_policy_lets_that_one_server_in_and_nothing_else(demo_site: str) -> None:
    policy = Visitor(demo_site).get("/actie/").headers["Content-Security-Policy"]

    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    assert rules["script-src"] == ["'self'", EDGE]
    assert rules["connect-src"] == [EDGE]
    assert rules["default-src"] == ["'self'"]
