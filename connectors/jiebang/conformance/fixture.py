"""Recorded exchanges: what a connector sends, what the platform answers, what it means.

A file contains a list of entries; `docs/conformance.md` shows one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import orjson

from jiebang.conformance.exchange import Reaction, RecordedRequest, StubResponse
from jiebang.connectors.manifest import manifest_error, read_list
from jiebang.connectors.manifest.problem import suggestion
from jiebang.connectors.manifest.tree import is_list, is_mapping
from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.phone_number import parse_number
from jiebang.sdk import ActionKind, ErrorCode, ManifestDocument

_FIELDS = frozenset(
    {"name", "call", "subject", "account", "exchange", "result", "error", "remote_ref"}
)
_EXPECTED = frozenset({"method", "path", "params", "json", "form"})
_REPLIED = frozenset({"status", "json", "html", "text", "headers"})
CALLS = frozenset(
    {*(kind.value for kind in ActionKind), "lookup", "lookup_status", "status", "callback"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request, as far as the file specifies it, and its reply."""

    expect: Mapping[str, Any]
    reply: StubResponse

    def fits(self, sent: RecordedRequest, base: str = "") -> bool:
        path = sent.path.removeprefix(base)
        given: dict[str, object] = {"method": sent.method, "path": path}
        given["params"] = dict(parse_qsl(sent.target.partition("?")[2], keep_blank_values=True))
        given["form"] = dict(parse_qsl(sent.body.decode(errors="replace")))
        if "json" in self.expect:
            try:
                given["json"] = orjson.loads(sent.body)
            except orjson.JSONDecodeError:
                return False
        return all(given.get(name) == value for name, value in self.expect.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One recorded call. `result` is what it means, as data; `error` the code of a failure."""

    name: str
    call: str
    number: str = field(repr=False)
    held_since: date | None = None
    held_until: date | None = None
    account: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    remote_ref: str | None = field(default=None, repr=False)
    exchange: tuple[Step, ...] = ()
    result: Mapping[str, Any] | None = None
    error: str | None = None

    def says(self, outcome: str) -> bool:
        """Tell whether this is the result, or that of one of several platforms."""
        result = self.result or {}
        return outcome in result or any(
            is_mapping(one) and outcome in one for one in result.values()
        )


class FixtureBackend:
    """Answers as recorded; an unrecorded request gets 501."""

    def __init__(self, fixtures: tuple[Fixture, ...]) -> None:
        self.base = ""
        self._steps = [step for one in fixtures for step in one.exchange]
        self._replies_used: dict[str, int] = {}

    async def reset(self) -> bool:
        self._replies_used.clear()
        return True

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def answer(self, sent: RecordedRequest) -> Reaction:
        # The most specific first. A repeated request gets the next matching reply.
        fitting = [step for step in self._steps if step.fits(sent, self.base)]
        fitting.sort(key=lambda step: -len(step.expect))
        if not fitting:
            if sent.is_token_request:
                return StubResponse.from_json(
                    {"access_token": "canary", "token_type": "bearer", "expires_in": 600}
                )
            return StubResponse.from_json({"error": "this request is not recorded"}, 501)
        exact = [step for step in fitting if len(step.expect) == len(fitting[0].expect)]
        turn = self._replies_used.get(repr(sent.fingerprint), 0)
        self._replies_used[repr(sent.fingerprint)] = turn + 1
        return exact[min(turn, len(exact) - 1)].reply


def fixtures_at(path: Path | tuple[Path, ...]) -> tuple[Fixture, ...]:
    """Parse the files. Raises `ContractError` that names file, line and column."""
    paths = path if isinstance(path, tuple) else (path,)
    return tuple(one for each in paths for one in _read(each))


def _read(path: Path) -> list[Fixture]:
    document = read_list(path, "fixtures")
    return [
        _fixture(document, index, entry) for index, entry in enumerate(document.data["fixtures"])
    ]


def _fixture(document: ManifestDocument, index: int, entry: object) -> Fixture:
    where = ("fixtures", index)

    def refuse(text: str, *place: str) -> NoReturn:
        raise manifest_error(document, [((*where, *place), text)]) from None

    if not is_mapping(entry):
        refuse("expected a mapping")
    _refuse_unknown_fields(document, where, entry, _FIELDS)
    call: Any = entry.get("call")
    subject: Any = entry.get("subject") or {}
    if str(call) not in CALLS:
        expected = ", ".join(sorted(CALLS))
        refuse(f"expected one of {expected}", "call")
    number = subject.get("number") if is_mapping(subject) else None
    if not isinstance(number, str) and call != "callback":
        refuse("expected number, quoted", "subject")
    try:
        number = "" if number is None else parse_number(str(number))
    except InvalidArgument as error:
        refuse(f"{error.message} {error.hint or ''}".strip(), "subject", "number")
    account: Any = entry.get("account") or {}
    if not is_mapping(account):
        refuse("expected a mapping with handle", "account")
    if ("result" in entry) == ("error" in entry):
        refuse("expected either result or error")
    result = entry.get("result")
    if result is not None and not is_mapping(result):
        refuse("expected a mapping: an outcome", "result")
    if "error" in entry and entry["error"] not in list(ErrorCode):
        expected = ", ".join(sorted(ErrorCode))
        refuse(f"expected one of {expected}", "error")
    steps = entry.get("exchange", [])
    if not is_list(steps):
        refuse("expected a list", "exchange")
    try:
        since, until = _day(subject, "held_since"), _day(subject, "held_until")
    except ValueError:
        refuse("expected a date such as 2026-06-01", "subject")
    return Fixture(
        name=str(entry.get("name", f"number {index + 1}")),
        call=str(call),
        number=number,
        held_since=since,
        held_until=until,
        account=account,
        remote_ref=entry.get("remote_ref"),
        exchange=tuple(
            _step(document, (*where, "exchange", place), step) for place, step in enumerate(steps)
        ),
        result=result,
        error=entry.get("error"),
    )


def _refuse_unknown_fields(
    document: ManifestDocument,
    where: tuple[str | int, ...],
    entry: Mapping[str, Any],
    names: frozenset[str],
) -> None:
    """Raise `ContractError` for an unknown field."""
    for name in entry:
        if name not in names:
            text = f"unexpected field; {suggestion(name, names)}"
            raise manifest_error(document, [((*where, name), text)])


def _day(subject: Any, name: str) -> date | None:
    """Parse a date. Raises `ValueError`."""
    day = subject.get(name) if is_mapping(subject) else None
    return None if day is None else date.fromisoformat(str(day))


def _step(document: ManifestDocument, where: tuple[str | int, ...], step: object) -> Step:
    reply = step.get("reply") if is_mapping(step) else None
    expect = step.get("expect", {}) if is_mapping(step) else None
    if not is_mapping(reply) or not is_mapping(expect):
        raise manifest_error(document, [(where, "expected {expect: {...}, reply: {...}}")])
    _refuse_unknown_fields(document, (*where, "expect"), expect, _EXPECTED)
    _refuse_unknown_fields(document, (*where, "reply"), reply, _REPLIED)
    status = reply.get("status", 200)
    if not isinstance(status, int) or not 100 <= status <= 999:
        raise manifest_error(document, [((*where, "reply", "status"), "expected an HTTP status")])
    if "json" in reply:
        answer = StubResponse.from_json(reply["json"], status)
    elif "html" in reply:
        answer = StubResponse.from_text(str(reply["html"]), "text/html; charset=utf-8", status)
    else:
        answer = StubResponse.from_text(
            str(reply.get("text", "")), "text/plain; charset=utf-8", status
        )
    more: Any = reply.get("headers") or {}
    if not is_mapping(more):
        raise manifest_error(document, [((*where, "reply", "headers"), "expected a mapping")])
    headers: dict[str, str] = {str(name): str(more[name]) for name in more}
    return Step(
        expect=expect,
        reply=StubResponse(
            status=answer.status, headers=(*answer.headers, *headers.items()), body=answer.body
        ),
    )
