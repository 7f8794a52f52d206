"""Which request a kept answer answers.

The site names in Vary what its answer depends on; a request that says otherwise in one of these
fields is another one. Three rules of our own:

- Codings are told apart by what they are, not by how a browser writes that it takes them: a coded
  answer is for all who take its coding; a plain one, where the site chose it, for those who take
  the same codings as who it was made for.
- Who asks for a fragment (htmx, Turbo and their like), or in a field of a front's for another path
  or as another user, never gets what somebody else got as a page, nor the other way round, also
  where the site forgot to say so.
- An answer that says how long it is good, and not that it is for all (`public`, `s-maxage`), may
  have been written with browsers alone in mind: it is for those with the same cookies.

Pure. Source: RFC 9111 §4.1; RFC 9110 §12.5.3, §12.5.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.headers import Fields, members
from proxy.shared_cache.directives import directives

_ASKS_OTHERWISE = (
    b"hx-boosted",
    b"hx-history-restore-request",
    b"hx-request",
    b"hx-target",
    b"rsc",
    b"turbo-frame",
    b"x-inertia",
    b"x-pjax",
    b"x-requested-with",
    b"x-up-target",
    # for another path, another method, or as somebody else: what frameworks believe of a front
    b"remote-user",
    b"x-auth-request-user",
    b"x-forwarded-prefix",
    b"x-forwarded-scheme",
    b"x-forwarded-user",
    b"x-http-method-override",
    b"x-original-url",
    b"x-remote-user",
    b"x-rewrite-url",
)
_IN_THE_KEY = frozenset({b"host", b"x-forwarded-host", b"x-forwarded-proto"})
_CODING = b"accept-encoding"
_PLAIN = b"identity"

Said = Mapping[bytes, bytes]
"""What a request says in the fields that count: name in lower case -> value."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a cache looks at it."""

    said: Said
    codings: frozenset[bytes]

    def about(self, names: Sequence[bytes]) -> tuple[bytes | None, ...]:
        """Give what is said in these fields."""
        return tuple(map(self.said.get, names))


def asked(fields: Fields) -> Asked:
    """Look at a request's fields."""
    said: dict[bytes, bytes] = {}
    for name, value in fields:
        key = name.lower()
        before = said.get(key)
        said[key] = value if before is None else before + b", " + value
    return Asked(said, _codings(said.get(_CODING, b"")))


def varies(head: Fields) -> tuple[bytes, ...]:
    """Name the fields that an answer depends on, beside its codings and its key."""
    said = directives(head)
    is_for_all = b"public" in said or b"s-maxage" in said
    named = {*members(head, b"vary"), *_ASKS_OTHERWISE, *(() if is_for_all else (b"cookie",))}
    return tuple(sorted(named - _IN_THE_KEY - {_CODING}))


def takes(head_codings: Sequence[str], *, is_chosen: bool, was: Asked, now: Asked) -> bool:
    """Say whether who asks now takes the coding of what was made for who asked then.

    `is_chosen`: the answer's Vary names Accept-Encoding.
    """
    if head_codings:
        return all(name.encode() in now.codings for name in head_codings)
    return _PLAIN in now.codings and (not is_chosen or was.codings == now.codings)


def is_coding_chosen(head: Fields) -> bool:
    """Say whether the site chose the coding for who asked."""
    return _CODING in members(head, b"vary")


_CODINGS: dict[bytes, frozenset[bytes]] = {}
_MOST_REMEMBERED = 256
_LONGEST_REMEMBERED = 256


def _codings(value: bytes) -> frozenset[bytes]:
    """Name the codings that are taken. Browsers write it in few ways: these are remembered."""
    found = _CODINGS.get(value)
    if found is None:
        found = frozenset(_taken(value))
        if len(_CODINGS) >= _MOST_REMEMBERED:
            _CODINGS.clear()
        if len(value) <= _LONGEST_REMEMBERED:
            _CODINGS[value] = found
    return found


def _taken(value: bytes) -> set[bytes]:
    taken: set[bytes] = {_PLAIN}
    refused: set[bytes] = set()
    for item in members([(_CODING, value)], _CODING):
        name, _, weight = item.partition(b";")
        key, _, number = weight.replace(b" ", b"").partition(b"=")
        is_refused = key == b"q" and number != b"" and not number.strip(b"0.")
        (refused if is_refused else taken).add(name.strip(b" \t").removeprefix(b"x-"))
    return taken - refused
