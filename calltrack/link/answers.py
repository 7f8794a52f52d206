"""What an answer of the Plan's endpoint means.

===========  =====================================================================================
status       outcome
===========  =====================================================================================
200          Found; Refused where the body is no good Plan; Failed where it is a web page
304          Same; Failed where nothing was named that could be the same
401, 403     Failed: the token
404, 410     Failed: the address
all others   Failed, with the reason that the body gives: `error` and `problems`, or plain text
===========  =====================================================================================
"""

from calltrack import planfile
from calltrack.errors import PlanError
from calltrack.link.outcomes import Failed, Found, Outcome, Refused, Same
from calltrack.link.reasons import is_web_page, why_not

_TOO_LARGE = f"it is larger than {planfile.LARGEST_BYTES >> 20} MB: no Plan is"


def read_answer(status: int, body: bytes, *, etag: str = "", asked: str = "") -> Outcome:
    """Say what an answer comes to. `asked`: the ETag that the request named."""
    if status == 304:
        return Same() if asked else Failed("it says that nothing changed (304), unasked")
    if status != 200:
        return Failed(why_not(status, body, nothing="there is no Plan"))
    return _read_plan(body, etag)


def _read_plan(body: bytes, etag: str) -> Outcome:
    if len(body) > planfile.LARGEST_BYTES:
        return Failed(_TOO_LARGE)
    if is_web_page(body):
        return Failed("a web page came, and no Plan: is the address right?")
    try:
        return Found(planfile.loads(body.decode("utf-8-sig"), "json"), body, etag)
    except UnicodeDecodeError:
        return Refused(("it is not UTF-8",), etag)
    except PlanError as error:
        return Refused(error.problems, etag)
