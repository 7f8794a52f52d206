"""What a command says when something goes wrong, and its exit status.

0; 1 when the world is in the way (a port, a file, a site); 2 for wrong usage or a setting that
cannot be used, a bad Plan among them; 130 after Ctrl-C; 141 when the reader of its output went
away. Errors are one line each on stderr, without a traceback; a JSON object where the log is JSON.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

from calltrack.errors import CalltrackError, OurError, PlanError, SettingsError
from proxy import log_format

_log = logging.getLogger("calltrack.proxy")


def exit_status(program: str, do: Callable[[], int]) -> int:
    """Do it; give the exit status. `program` is who speaks."""
    try:
        return do()
    except (PlanError, SettingsError) as error:
        for problem in error.problems:
            _say(program, problem)
        return 2
    except OurError as error:
        _say(program, str(error))
        return 2
    except CalltrackError as error:
        _say(program, str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong, and nobody listens.
        sys.stdout = Path("/dev/null").open("w", encoding="utf-8")  # noqa: SIM115 - closed at exit
        return 141


def _say(program: str, sentence: str) -> None:
    if log_format.is_json():  # a program reads it
        _log.error("%s", sentence)
    else:
        print(f"{program}: {sentence}", file=sys.stderr)
