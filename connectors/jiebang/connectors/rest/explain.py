"""Explain how an answer is read, rule by rule, for authors of manifests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.rule import ErrorRule, Rule, When
from jiebang.sdk import ConnectorError, ProtocolFault


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrace:
    """One rule evaluated for an answer. `why` explains the result."""

    place: str
    result: str
    is_match: bool
    reason: str


def trace_rules(
    where: str, rules: Sequence[Rule], errors: Sequence[ErrorRule], answer: ParsedAnswer
) -> Iterator[RuleTrace]:
    """Evaluate every rule in order up to the one that holds; then the manifest's errors and the
    built-in table."""
    for index, rule in enumerate(rules):
        place, result = f"{where}.outcomes[{index}]", rule.result[0]
        holds, why = _match_condition(rule.when, answer)
        if holds and rule.must_be_proven and not answer.is_proof_for(rule):
            holds, why = False, "it holds but proves nothing: the rest of the answer may differ"
        yield RuleTrace(place=place, result=result, is_match=holds is True, reason=why)
        if holds is not False:
            return
    for index, error in enumerate(errors):
        holds, why = _match_condition(error.when, answer)
        result = error.code.name
        yield RuleTrace(place=f"errors[{index}]", result=result, is_match=holds is True, reason=why)
        if holds is not False:
            return
    try:
        answer.find_rule((), ())
    except ConnectorError as error:
        why = f"no rule holds, so the built-in table applies: {error}"
        yield RuleTrace(place="table", result=error.code.name, is_match=True, reason=why)


def _match_condition(when: When, answer: ParsedAnswer) -> tuple[bool | None, str]:
    """Return whether the condition holds, and why. None: its expression cannot read the answer,
    which ends the evaluation."""
    if not when.has_status(answer.status):
        wanted = " or ".join(map(str, when.status)) if when.status else "any 2xx"
        return False, f"the status is {answer.status}, expected {wanted}"
    if when.jmespath is None:
        return True, f"the status is {answer.status}"
    source = when.jmespath.source
    if answer.empty:
        return False, f"the body is empty, but {source} reads it"
    try:
        if answer.is_match(when):
            return True, f"{source} holds"
        found = when.jmespath.read(answer.document)
    except ProtocolFault:
        if answer.is_whole:
            return None, f"{source} meets a value of another type: PROTOCOL"
        return False, f"{source} meets a value of another type beside errors"
    return False, f"{source} finds {orjson.dumps(found).decode()}"
