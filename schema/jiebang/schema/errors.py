"""Turn errors into GraphQL errors: the only place that decides what is disclosed."""

from __future__ import annotations

import re
import traceback
import uuid
from collections.abc import Sequence
from pathlib import Path
from types import NoneType

import structlog
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from jiebang.gateway.domain.errors import Code, GatewayError
from jiebang.gateway.domain.wording import Wording
from jiebang.schema.translation import translate_error

log = structlog.get_logger(__name__)

NO_DOCUMENT = Wording("`query` must be a string.")

#: Errors in one response: for authenticated callers, and for others.
MAX_ERRORS, MAX_ERRORS_TO_STRANGERS = 5, 1

# Digits that may be a number, in messages that quote the request.
_DIGITS = re.compile(r"\d(?:[\s\-\u2010-\u2015()]*\d){8,}|\d{7,}")
_MAX_MESSAGE_LENGTH = 300
# How graphql-core's messages start for its own ValueErrors about input: integers of thousands of
# digits, and `@stream`.
_VALUE_FAULTS = ("Expected value of type ", "initialCount ")
_PYTHON_ERROR = re.compile(r", but encountered error '.*'; found", re.DOTALL)


def present_errors(
    errors: Sequence[GraphQLError], *, is_stranger: bool, language: str
) -> list[GraphQLError]:
    """Return the errors as the caller may see them, translated; internal ones are logged."""
    most = MAX_ERRORS_TO_STRANGERS if is_stranger else MAX_ERRORS
    return [translate_error(_present_error(error), language) for error in errors[:most]]


def gateway_error(error: GatewayError) -> GraphQLError:
    return GraphQLError(error.message, extensions=_extensions(error))


def request_error(message: str) -> GraphQLError:
    """Return an error for an invalid document or variables."""
    return GraphQLError(_redact_message(message), extensions=_REQUEST)


def missing_operation(error: CannotGetOperationTypeError) -> Wording:
    """Describe a document without an operation to execute."""
    if error.operation_name is None:
        return Wording("The document contains no operation.")
    return Wording("`operationName` does not name an operation of the document.")


def internal_error(error: BaseException) -> GraphQLError:
    """Return the error shown for an internal fault. The log gets its type and place with the trace
    id, never its text, which may quote input."""
    trace = uuid.uuid4().hex
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None
    log.error("graphql_fault", trace_id=trace, error=type(error).__name__, place=place)
    return GraphQLError(
        Wording("An internal error occurred."), extensions={"code": "INTERNAL", "traceId": trace}
    )


def _present_error(error: GraphQLError) -> GraphQLError:
    original = error.original_error
    if error.extensions and error.extensions.get("code"):  # created here
        if isinstance(original, GraphQLError):
            error.message = original.message  # graphql-core turned its wording into plain text
        return error
    if isinstance(original, GatewayError):
        shown = gateway_error(original)
    elif isinstance(original, CannotGetOperationTypeError):
        shown = request_error(missing_operation(original))
    elif isinstance(original, MissingQueryError):
        shown = request_error(NO_DOCUMENT)
    elif _is_client_error(error):
        shown = request_error(error.message)
    else:
        shown = internal_error(original or error)
    return GraphQLError(
        shown.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=shown.extensions,
    )


def _is_client_error(error: GraphQLError) -> bool:
    """Return whether the request is at fault: the document, its variables, or an argument evaluated
    during execution. A result that cannot be serialized is our fault."""
    if isinstance(error.original_error, ValueError):
        return error.message.startswith(_VALUE_FAULTS)
    if not isinstance(error.original_error, (GraphQLError, InvalidOperationTypeError, NoneType)):
        return False
    return error.path is None or error.message.startswith("Argument ")


_REQUEST = {"code": Code.INVALID_ARGUMENT.value, "reason": "REQUEST_MALFORMED"}


def _extensions(error: GatewayError) -> dict[str, object]:
    shown = {
        "code": error.code.value,
        "reason": error.reason.value,
        "field": error.field,
        "hint": error.hint,
        "retryAt": error.retry_at.isoformat() if error.retry_at else None,
        "attemptsLeft": error.attempts_left,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _redact_message(message: str) -> str:
    if isinstance(message, Wording):
        return message  # quotes no input
    text = _DIGITS.sub("***", _PYTHON_ERROR.sub(", found", message))
    return text if len(text) <= _MAX_MESSAGE_LENGTH else f"{text[:_MAX_MESSAGE_LENGTH]}..."
