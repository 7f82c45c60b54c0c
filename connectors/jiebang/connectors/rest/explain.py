"""How an answer is read, rule by rule: for people who write manifests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from jiebang.connectors.rest.answer import Answer
from jiebang.connectors.rest.rule import ErrorRule, Rule, When
from jiebang.sdk import ConnectorError, ProtocolFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One rule held against an answer. `why` says why it holds, or why not."""

    place: str
    result: str
    holds: bool
    why: str


def verdicts(
    where: str, rules: Sequence[Rule], errors: Sequence[ErrorRule], answer: Answer
) -> Iterator[Verdict]:
    """Every rule in order up to the one that holds; after them the manifest's errors and the
    built-in table."""
    for index, rule in enumerate(rules):
        place, result = f"{where}.outcomes[{index}]", rule.result[0]
        holds, why = _held(rule.when, answer)
        if holds and rule.needs_proof and not answer.proves(rule):
            holds, why = False, "it holds, and proves nothing: the rest of the answer may differ"
        yield Verdict(place=place, result=result, holds=holds is True, why=why)
        if holds is not False:
            return
    for index, error in enumerate(errors):
        holds, why = _held(error.when, answer)
        result = error.code.name
        yield Verdict(place=f"errors[{index}]", result=result, holds=holds is True, why=why)
        if holds is not False:
            return
    try:
        answer.rule((), ())
    except ConnectorError as error:
        why = f"no rule holds, so the built-in table does: {error}"
        yield Verdict(place="table", result=error.code.name, holds=True, why=why)


def _held(when: When, answer: Answer) -> tuple[bool | None, str]:
    """Does it hold, and why (not)? None: its expression cannot read the answer, which ends all."""
    if not when.has_status(answer.status):
        wanted = " or ".join(map(str, when.status)) if when.status else "any 2xx"
        return False, f"the status is {answer.status}, expected {wanted}"
    if when.jmespath is None:
        return True, f"the status is {answer.status}"
    source = when.jmespath.source
    if answer.empty:
        return False, f"the body is empty, and {source} reads it"
    try:
        if answer.fits(when):
            return True, f"{source} holds"
        found = when.jmespath.read(answer.document)
    except ProtocolFault:
        if answer.whole:
            return None, f"{source} meets a value of another type, which is PROTOCOL"
        return False, f"{source} meets a value of another type beside errors"
    return False, f"{source} finds {orjson.dumps(found).decode()}"
