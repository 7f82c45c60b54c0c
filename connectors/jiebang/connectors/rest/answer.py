"""Matching of one reply with the rule that holds for it, or with the error it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from jiebang.connectors.manifest.tree import is_mapping
from jiebang.connectors.rest.rule import SUCCESS, ErrorRule, Rule, When
from jiebang.sdk import (
    ERROR_CLASSES,
    Blocked,
    ConnectorError,
    ErrorCode,
    Json,
    ProtocolFault,
    Reply,
    failure_for_status,
)

R = TypeVar("R", bound=Rule)

#: Statuses of HTML pages that replace the platform's own answer.
CHALLENGES = frozenset({403, 503, 999})
#: Errors after which it is unknown whether the order was carried out.
UNKNOWING = frozenset({ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT, ErrorCode.PROTOCOL})


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """A parsed reply: its status and document. `empty`: it came without a body.

    `faulty` names a field whose presence means that the rest of the document may be incomplete. It
    then proves neither an absence nor, unless the rule has read that field, that an order is done.
    """

    status: int
    document: Json
    empty: bool
    retry_after: float | None
    #: Whether the request may have changed something.
    write: bool
    error_field: str | None = None

    @classmethod
    def parse(cls, reply: Reply, *, write: bool, error_field: str | None = None) -> ParsedAnswer:
        """Parse a reply. Raises `ConnectorError` for an unreadable body, without any mapping."""
        empty = not reply.body.strip()
        document: Json = None
        if not empty:
            try:
                document = reply.json()
            except ConnectorError as error:
                told = reply.status in SUCCESS or (
                    isinstance(error, Blocked) and reply.status in CHALLENGES
                )
                failure = (
                    error
                    if told
                    else failure_for_status(reply.status, retry_after=reply.retry_after)
                )
                failure.maybe_done = write and (failure.maybe_done or told)
                raise failure from None
        return cls(reply.status, document, empty, reply.retry_after, write, error_field)

    @property
    def is_whole(self) -> bool:
        """Whether nothing in it says that a part is missing."""
        return not (
            self.error_field and is_mapping(self.document) and self.document.get(self.error_field)
        )

    def is_match(self, when: When) -> bool:
        if not when.has_status(self.status):
            return False
        if when.jmespath is None:
            return True
        if self.empty:
            return False
        try:
            return when.jmespath.is_true(self.document)
        except ProtocolFault as fault:
            if self.is_whole:
                fault.maybe_done = self.write  # the platform answered, but the meaning is unknown
                raise
            return False  # missing parts cause wrong types; the answer's errors say why

    def find_rule(self, rules: Sequence[R], errors: Sequence[ErrorRule]) -> R:
        """Return the first rule that holds. Raises `ConnectorError`: by the manifest's `errors`,
        then by the built-in table, and `ProtocolFault` for an unmapped success."""
        for rule in rules:
            if self.is_match(rule.when) and (not rule.must_be_proven or self.is_proof_for(rule)):
                return rule
        raise self.failure(errors)

    def require_success(self, errors: Sequence[ErrorRule]) -> None:
        """Raise `ConnectorError` for an answer that is a failure as a whole."""
        if self.status not in SUCCESS or any(self.is_match(error.when) for error in errors):
            raise self.failure(errors)

    def is_proof_for(self, rule: Rule) -> bool:
        """Tell whether it is evidence for a result that requires evidence."""
        read = rule.when.jmespath
        if read is None:
            return self.empty  # the body might say anything if no expression reads it
        if self.is_whole:
            return True
        return rule.result[0] != "not_bound" and read.has_field(str(self.error_field))

    def failure(self, errors: Sequence[ErrorRule]) -> ConnectorError:
        """Return the error for an answer without a matching rule. Raises `ProtocolFault` if it does
        not have the form that `errors` expect."""
        for rule in errors:
            if self.is_match(rule.when):
                return self._mapped_error(rule)
        if self.status in SUCCESS:
            return ProtocolFault("the manifest does not map this answer", maybe_done=self.write)
        failure = failure_for_status(self.status, retry_after=self.retry_after)
        failure.maybe_done = failure.maybe_done and self.write
        return failure

    def _mapped_error(self, rule: ErrorRule) -> ConnectorError:
        try:
            code = rule.platform_code.read(self.document) if rule.platform_code else None
        except ProtocolFault:
            code = None  # the error is known; its code is only additional information
        wait = rule.retry_after.total_seconds() if rule.retry_after else self.retry_after
        # An error inside a 2xx means that nothing was done, unless the error is itself uncertain.
        unknown = (
            rule.code in UNKNOWING
            if self.status in SUCCESS
            else failure_for_status(self.status).maybe_done
        )
        return ERROR_CLASSES[rule.code](
            f"HTTP status {self.status}, by the manifest's errors",
            retry_after=wait,
            maybe_done=self.write and unknown,
            platform_code=str(code)[:64] if isinstance(code, str | int) else None,
        )
