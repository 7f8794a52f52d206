from datetime import UTC, datetime

import pytest

from calltrack.telephony.fields import Fields, number_in, of_form, of_json
from calltrack.telephony.webhook import WebhookError

TWO_O_CLOCK = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("+31612345678", "+31612345678", id="E.164"),
        pytest.param("31612345678", "+31612345678", id="without +"),
        pytest.param("0031612345678", "+31612345678", id="as it is dialled"),
        pytest.param(" +31 6 1234 5678 ", "+31612345678", id="in groups"),
        pytest.param("tel:+31612345678", "+31612345678", id="a telephone's address"),
        pytest.param("sip:+31612345678@sip.example.nl", "+31612345678", id="a SIP address"),
        pytest.param("sips:31612345678@sip.example.nl", "+31612345678", id="a safe SIP address"),
        pytest.param("Anonymous", "", id="a word"),
        pytest.param("sip:anonymous@anonymous.invalid", "", id="a word in a SIP address"),
        pytest.param("+266696687", "", id="ANONYMOUS on the keys"),
        pytest.param("266696687", "", id="the same without +"),
        pytest.param("client:alice", "", id="no phone at all"),
        pytest.param("0612345678", "", id="of no country"),
        pytest.param("112", "", id="too short"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_number_is_read_as_carriers_write_it(text: str, number: str) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("2026-11-22T14:00:00Z", id="ISO 8601"),
        pytest.param("2026-11-22T14:00:00.000Z", id="with milliseconds"),
        pytest.param("2026-11-22T15:00:00+01:00", id="another zone"),
        pytest.param("2026-11-22 14:00:00", id="no zone"),
        pytest.param("Sun, 22 Nov 2026 14:00:00 +0000", id="RFC 2822"),
        pytest.param("1795356000", id="seconds, as text"),
        pytest.param(1795356000, id="seconds"),
    ],
)
def test_a_moment_is_read_in_every_way(written: object) -> None:
    assert Fields({"at": written}).moment("at") == TWO_O_CLOCK


@pytest.mark.parametrize(
    "written", ["soon", "0", "99999999999999", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z"]
)
def test_what_is_no_moment_of_our_time_is_refused(written: str) -> None:
    with pytest.raises(WebhookError, match="«at» is no moment"):
        Fields({"at": written}).moment("at")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        pytest.param("42", 42, id="text"),
        pytest.param(42, 42, id="number"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="null"),
        pytest.param(0, 0, id="none"),
    ],
)
def test_a_span_is_read(written: object, seconds: int | None) -> None:
    assert Fields({"talk": written}).seconds("talk") == seconds


@pytest.mark.parametrize("written", ["-1", "1.5", "4_2", "٤٢", True, [], 10**9, "9" * 100])
def test_what_is_no_span_of_a_call_is_refused(written: object) -> None:
    with pytest.raises(WebhookError, match="«talk»"):
        Fields({"talk": written}).seconds("talk")


@pytest.mark.parametrize(
    "written",
    ["http://x.nl/", "javascript:alert(1)", "//x.nl/", "https:///1", "https://[", "data:,x"],
)
def test_only_an_https_address_is_a_link(written: str) -> None:
    with pytest.raises(WebhookError, match="«recording»"):
        Fields({"recording": written}).link("recording")


def test_an_error_does_not_tell_a_value() -> None:
    with pytest.raises(WebhookError) as caught:
        Fields({"from": "+31612345678" * 20}).text("from")

    assert "612345678" not in str(caught.value)


def test_a_form_and_a_json_object_give_the_same_fields() -> None:
    assert of_form(b"a=1&b=%C3%A9").values == of_json('{"a": "1", "b": "é"}').values
