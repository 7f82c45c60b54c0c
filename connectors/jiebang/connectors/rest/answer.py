"""From one reply to the rule that holds for it, or to the error it is."""

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

#: Statuses under which pages for people come in place of an answer.
CHALLENGES = frozenset({403, 503, 999})
#: Errors after which nobody knows whether the order was carried out.
UNKNOWING = frozenset({ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT, ErrorCode.PROTOCOL})


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What a reply says: its status and its document. `empty`: it came without a body.

    `faulty` names a field whose presence says that the rest of the document may not be whole.
    Then nothing is taken for an absence, nor for done unless the rule has read that field.
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
        """Raises `ConnectorError` for a body that cannot be read: then nothing is mapped."""
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
        """Does nothing in it say that a part is missing?"""
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
                fault.maybe_done = self.write  # it answered, and we cannot tell what
                raise
            return False  # what is missing has no shape; its errors say why

    def find_rule(self, rules: Sequence[R], errors: Sequence[ErrorRule]) -> R:
        """The first rule that holds. Raises `ConnectorError`: by the manifest's `errors`, then
        by the built-in table, and `ProtocolFault` for a success that no rule knows."""
        for rule in rules:
            if self.is_match(rule.when) and (not rule.must_be_proven or self.is_proof_for(rule)):
                return rule
        raise self.failure(errors)

    def require_success(self, errors: Sequence[ErrorRule]) -> None:
        """Raises `ConnectorError` for an answer that is a failure as a whole."""
        if self.status not in SUCCESS or any(self.is_match(error.when) for error in errors):
            raise self.failure(errors)

    def is_proof_for(self, rule: Rule) -> bool:
        """Is it evidence for a result that is made from evidence only?"""
        read = rule.when.jmespath
        if read is None:
            return self.empty  # a body that no expression reads might say anything
        if self.is_whole:
            return True
        return rule.result[0] != "not_bound" and read.has_field(str(self.error_field))

    def failure(self, errors: Sequence[ErrorRule]) -> ConnectorError:
        """The error an answer is that no rule holds for. Raises `ProtocolFault` when it does not
        have the shape that `errors` expect."""
        for rule in errors:
            if self.is_match(rule.when):
                return self._mapped_error(rule)
        if self.status in SUCCESS:
            return ProtocolFault("an answer the manifest has no outcome for", maybe_done=self.write)
        failure = failure_for_status(self.status, retry_after=self.retry_after)
        failure.maybe_done = failure.maybe_done and self.write
        return failure

    def _mapped_error(self, rule: ErrorRule) -> ConnectorError:
        try:
            code = rule.platform_code.read(self.document) if rule.platform_code else None
        except ProtocolFault:
            code = None  # the error is known, and its code is only news
        wait = rule.retry_after.total_seconds() if rule.retry_after else self.retry_after
        # An error inside a 2xx says that nothing was done, unless it speaks of not knowing.
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
