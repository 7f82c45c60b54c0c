"""JMESPath, the language in which manifests read answers: compiled at load, typed at run time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

import jmespath
from jmespath.exceptions import JMESPathError, ParseError
from jmespath.functions import Functions
from jmespath.parser import ParsedResult
from pydantic import PlainValidator

from jiebang.connectors.manifest.problem import suggestion
from jiebang.sdk import Json, ProtocolFault

_FUNCTIONS = cast(dict[str, Any], Functions.FUNCTION_TABLE)
_TOO_DEEP = "a JMESPath expression that is nested too deeply"
#: Answers without content. An expression that holds for one of them proves nothing.
NOTHING: tuple[Json, ...] = (None, {}, "", 0, False)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled JMESPath expression."""

    source: str
    parsed: ParsedResult = field(repr=False, compare=False)

    @classmethod
    def compile(cls, source: object) -> Expression:
        """Compile the expression. Raises ValueError that marks the position with a caret."""
        if not isinstance(source, str) or not source.strip():
            raise ValueError("expected a JMESPath expression as a string")
        try:
            with warnings.catch_warnings():
                # `abc` without inner quotes is taken as a string, with only a warning.
                warnings.simplefilter("error", PendingDeprecationWarning)
                parsed = jmespath.compile(source)
        except PendingDeprecationWarning:
            text = "backticks enclose JSON; put a string between single quotes"
            raise ValueError(_caret(text, source, max(source.find("`"), 0))) from None
        except ParseError as error:
            at: int = min(max(getattr(error, "lex_position", 0) or 0, 0), len(source))
            raise ValueError(_caret("not a JMESPath expression", source, at)) from None
        except JMESPathError:
            raise ValueError(_caret("not a JMESPath expression", source, 0)) from None
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
        try:
            called = list(_function_calls(cast(dict[str, Any], parsed.parsed)))
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
        for name, given in called:
            if problem := _call_problem(name, given):
                raise ValueError(_caret(problem, source, max(source.find(name), 0)))
        return cls(source, parsed)

    def read(self, document: Json) -> Json:
        """Return what the expression finds, None for nothing. Raises `ProtocolFault` if a value has
        another type than the expression needs."""
        try:
            return self.parsed.search(document)
        except (JMESPathError, ArithmeticError, TypeError, ValueError, RecursionError):
            # The package's message contains the offending value.
            raise ProtocolFault("the answer does not have the shape that was expected") from None

    def is_true(self, document: Json) -> bool:
        """Evaluate the truth of the result by JMESPath's rules. Raises as `read` does."""
        found = self.read(document)
        return not (found is None or found is False or found in ("", [], {}))

    def has_field(self, name: str) -> bool:
        """Tell whether the expression reads a field of this name anywhere."""
        return name in _fields(cast(dict[str, Any], self.parsed.parsed))

    def is_true_for_nothing(self) -> bool:
        """Tell whether it holds for an answer without content, and so is not evidence."""
        for document in NOTHING:
            try:
                if self.is_true(document):
                    return True
            except ProtocolFault:
                continue
        return False


def _caret(message: str, source: str, at: int) -> str:
    line = source.replace("\n", " ")
    return f"{message}\n    {line}\n    {' ' * at}^"


def _call_problem(name: str, given: int) -> str | None:
    """Return what is wrong with a call of the function `name` with this many arguments."""
    if name not in _FUNCTIONS:
        return f"no function {name}; {suggestion(name, _FUNCTIONS)}"
    signature: tuple[dict[str, Any], ...] = _FUNCTIONS[name]["signature"]
    least, open_ended = len(signature), bool(signature and signature[-1].get("variadic"))
    if given == least or (open_ended and given > least):
        return None
    wanted = f"{least} or more arguments" if open_ended else f"{least} argument{'s'[: least != 1]}"
    return f"{name} takes {wanted}, not {given}"


def _function_calls(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the function calls, each with its number of arguments."""
    if node.get("type") == "function_expression":
        yield node["value"], len(node["children"])
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _function_calls(cast(dict[str, Any], child))


def _fields(node: dict[str, Any]) -> Iterator[str]:
    if node.get("type") == "field":
        yield node["value"]
    for child in node.get("children", ()):
        if isinstance(child, dict):
            yield from _fields(cast(dict[str, Any], child))


#: A manifest field that holds an expression.
JmesPath = Annotated[Expression, PlainValidator(Expression.compile, json_schema_input_type=str)]
