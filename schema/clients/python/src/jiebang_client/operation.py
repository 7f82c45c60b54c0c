"""Trusted documents, with the types of what they take and give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

V = TypeVar("V", bound=Mapping[str, object])
R = TypeVar("R")

_FRAGMENT = re.compile(r"^fragment (\w+) .*?^}", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Operation:
    """`sha256` is that of the text as UTF-8, in lower-case hexadecimal; `stem` its file's name."""

    name: str
    stem: str
    sha256: str

    @property
    def text(self) -> str:
        """Only sent where a gateway does not know the hash."""
        return _complete(self.stem)

    def payload(self, variables: Mapping[str, object], *, with_text: bool) -> dict[str, object]:
        """The body of a request."""
        body: dict[str, object] = {
            "operationName": self.name,
            "variables": variables,
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": self.sha256}},
        }
        return body | {"query": self.text} if with_text else body


@dataclass(frozen=True, slots=True)
class Request(Operation, Generic[V, R]):
    """A query or a mutation. `repeatable`: it changes nothing, so it may be sent twice."""

    repeatable: bool

    def __call__(self, variables: V) -> Asked[R]:
        return Asked(self, variables)


@dataclass(frozen=True, slots=True)
class Subscription(Operation, Generic[V, R]):
    """`resumes`: it takes `after` and tells a `cursor` with each event."""

    resumes: bool

    def __call__(self, variables: V) -> Followed[R]:
        return Followed(self, variables)


@dataclass(frozen=True, slots=True, repr=False)
class Asked(Generic[R]):
    """A request with its variables, for `Client.ask`."""

    operation: Request[Any, R]
    variables: Mapping[str, object]

    @property
    def repeatable(self) -> bool:
        """Whether it does the same once as twice: it changes nothing, or carries a key."""
        given = self.variables.get("input")
        return self.operation.repeatable or (isinstance(given, dict) and "idempotencyKey" in given)


@dataclass(frozen=True, slots=True, repr=False)
class Followed(Generic[R]):
    """A subscription with its variables, for `Client.follow`."""

    operation: Subscription[Any, R]
    variables: Mapping[str, object]


@cache
def _complete(stem: str) -> str:
    """The document, then each fragment that it spreads, in the order in which they are first
    needed: to the letter the text that its hash is of."""
    shared = {found[1]: found[0] for found in _FRAGMENT.finditer(_read("fragments"))}
    parts = [_read(stem).rstrip()]
    needed = _spread(parts[0])
    for name in needed:  # grows while it is read
        parts.append(shared[name])
        needed += [other for other in _spread(shared[name]) if other not in needed]
    return "\n\n".join(parts) + "\n"


def _read(stem: str) -> str:
    found = files("jiebang_client") / "operations" / f"{stem}.graphql"
    return found.read_bytes().decode()  # as it is: another line end is another hash


def _spread(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\.\.\.(\w+)", text)))
