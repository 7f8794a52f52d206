"""How many connections fit into the files that this process may open.

Each visitor may need two: their connection, and one to the site. The limit that the system sets at
first is low on many machines (1,024), and the one up to which a process may raise it by itself is
high: so it is raised.
"""

import logging
import resource

_log = logging.getLogger("calltrack.proxy")

_OTHERS = 128  # the outbox, the store, the log, the ports
_PER_VISITOR = 2


def make_room_for(connections: int) -> int:
    """Raise the limit where it is too low; give how many connections fit, at most those."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _PER_VISITOR * connections + _OTHERS
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most == wanted:
        return connections
    fit = max(1, (most - _OTHERS) // _PER_VISITOR)
    _log.warning(
        "%d connections at once, and not %d: this process may open no more than %d files; "
        "raise that (LimitNOFILE= of systemd, ulimit -n)",
        fit,
        connections,
        most,
    )
    return fit
