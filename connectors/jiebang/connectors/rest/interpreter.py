"""Interpretation of answers: by the first rule that holds, declarative or in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jiebang.connectors.manifest.template import Values
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.model import Rest
from jiebang.connectors.rest.outcome import action_outcome, lookup_outcome
from jiebang.connectors.rest.python_step import StepFunctions
from jiebang.connectors.rest.rule import ActionRule, LookupRule
from jiebang.sdk import (
    ActionKind,
    ActionOutcome,
    Bound,
    Call,
    Capability,
    Denied,
    Done,
    Effect,
    LookupAnswer,
    LookupOutcome,
    NeedsAction,
    NotBound,
    Pending,
    ProtocolFault,
    Subject,
)

#: The default effects of an order, if the manifest's `done` does not name any.
EFFECTS: Mapping[Capability, frozenset[Effect]] = {
    kind.capability: kind.effects for kind in ActionKind
}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Reads answers according to one manifest. `platforms` are those the connector speaks for."""

    manifest: Rest
    functions: StepFunctions
    platforms: frozenset[str]

    def read_lookup(
        self, rules: Sequence[LookupRule], answer: ParsedAnswer, values: Values, subject: Subject
    ) -> LookupOutcome:
        """Read what the answer says about `subject`'s accounts. Raises `ConnectorError`."""
        rule = answer.find_rule(rules, self.manifest.errors)
        if rule.python is not None:
            expected = (Bound, NotBound, NeedsAction, *_pending_type(self.manifest.lookup_status))
            return self.functions.outcome(rule.python, values, answer, expected)
        only = next(iter(self.platforms)) if len(self.platforms) == 1 else None
        outcome = lookup_outcome(rule, answer.document, subject, only)
        if isinstance(outcome, Bound) and not answer.is_whole:
            return replace(outcome, complete=False)
        return outcome

    def read_order(
        self, rules: Sequence[ActionRule], answer: ParsedAnswer, values: Values, asked: Capability
    ) -> ActionOutcome:
        """Read what the answer says about an order of the kind `asked`. Raises `ConnectorError`."""
        rule = answer.find_rule(rules, self.manifest.errors)
        if rule.python is not None:
            expected = (Done, Denied, NeedsAction, *_pending_type(self.manifest.status))
            return self.functions.outcome(rule.python, values, answer, expected)
        try:
            return action_outcome(rule, answer.document, EFFECTS.get(asked, frozenset()))
        except ProtocolFault as fault:
            fault.maybe_done = answer.write  # the platform answered, but the meaning is unknown
            raise

    def lookup_answer(self, outcome: LookupOutcome, call: Call) -> LookupAnswer:
        """Return the outcome as the answer for the requested platforms."""
        if len(self.platforms) == 1:
            return outcome
        wanted = call.platforms & self.platforms
        if not isinstance(outcome, Bound):
            return dict.fromkeys(wanted, outcome)
        # A platform without a listed account is left out: that does not prove absence.
        found = {
            platform: tuple(one for one in outcome.accounts if one.platform == platform)
            for platform in wanted
        }
        return {
            platform: Bound(accounts=accounts, complete=outcome.complete)
            for platform, accounts in found.items()
            if accounts
        }


def _pending_type(section: object) -> tuple[type[Pending], ...]:
    """Return the types for a deferred answer: `Pending` if there is a section that polls it."""
    return () if section is None else (Pending,)
