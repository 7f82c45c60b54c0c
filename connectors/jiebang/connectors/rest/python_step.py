"""Python steps: functions for a step of a manifest that its own expressions cannot describe.

``python: package.module:function`` in a request names a function that returns what is sent; in an
outcome, one that reads the answer. Functions run only if the operator allows it, are resolved and
checked at load, and their results are checked on every call.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from jiebang.connectors.manifest.field import Model
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.template import Values
from jiebang.connectors.manifest.tree import FieldPath, children_at, is_list, is_mapping
from jiebang.connectors.rest.answer import UNKNOWING, ParsedAnswer
from jiebang.sdk import Bug, ConnectorError

T = TypeVar("T")

ALLOWING = "JIEBANG_ALLOW_CODE_IN_MANIFESTS"
#: With more than these, a connector in Python is simpler.
MAX_STEPS = 2
#: The arguments of a function, by the step it takes.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "request": ("values",),
    "outcomes": ("values", "document"),
}


class RequestContent(Model):
    """What a function returns for a request; method and path come from the manifest."""

    params: dict[str, str] = Field(default_factory=dict[str, str])
    headers: dict[str, str] = Field(default_factory=dict[str, str])
    json_: Any = None
    form: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StepFunctions:
    """The functions of one manifest, by name."""

    by_name: Mapping[str, Callable[..., object]] = field(
        default_factory=dict[str, Callable[..., object]]
    )

    def content(self, name: str, values: Values) -> RequestContent:
        """Call the function of a request. Raises `ConnectorError`; nothing has been sent yet."""
        given = self._call(name, values)
        if not is_mapping(given) or "json_" in given:
            raise Bug(f"{name} returned {type(given).__name__} for a request")
        told = {("json_" if key == "json" else key): value for key, value in given.items()}
        try:
            content = RequestContent.model_validate(told, strict=True)
        except ValidationError:
            # Its message contains the values.
            raise Bug(f"{name} returned a mapping that is not a request") from None
        if content.json_ is not None and content.form is not None:
            raise Bug(f"{name} returned both json and form for one request")
        return content

    def outcome(
        self, name: str, values: Values, answer: ParsedAnswer, expected: tuple[type[T], ...]
    ) -> T:
        """Return the outcome the function reads, one of the `expected`. Raises `ConnectorError`,
        which for an order says that it may have been carried out."""
        try:
            outcome = self._call(name, values, answer.document)
            if not isinstance(outcome, expected):
                raise Bug(f"{name} returned {type(outcome).__name__} for an outcome")
        except ConnectorError as error:
            unknown = isinstance(error, Bug) or error.code in UNKNOWING
            error.maybe_done = answer.write and (error.maybe_done or unknown)
            raise
        return outcome

    def _call(self, name: str, *arguments: object) -> object:
        try:
            return self.by_name[name](*arguments)
        except ConnectorError:
            raise
        except Exception as error:
            # Its text may contain personal data: only the type is kept.
            raise Bug(f"{name} raised {type(error).__name__}") from None


def load_functions(
    data: Mapping[str, Any], sections: Mapping[str, Any], *, allowed: bool
) -> tuple[StepFunctions, list[FieldProblem]]:
    """Load the functions that the valid manifest names in its `sections`, and report what is wrong
    with them. Imports nothing unless `allowed`."""
    problems: list[FieldProblem] = []
    found: dict[str, Callable[..., object]] = {}
    named = list(find_functions(data, sections))
    for where, _, _ in named[MAX_STEPS:]:
        problems.append((where, f"more than {MAX_STEPS} functions: write a Python connector"))
    for where, step, name in named:
        if not allowed:
            text = f"code in manifests is off; the operator can allow it with {ALLOWING}=true"
            problems.append((where, text))
            continue
        try:
            found[name] = _import_function(name, PARAMETERS[step])
        except ValueError as error:
            problems.append((where, str(error)))
    return StepFunctions(found), problems


def find_functions(
    data: Mapping[str, Any], sections: Mapping[str, Any]
) -> Iterator[tuple[FieldPath, str, str]]:
    """Return path, step and name of each function that a manifest names."""
    for name in sections:
        content = data.get(name)
        listed: list[tuple[FieldPath, Any]] = (
            [((name, index), one) for index, one in enumerate(content)]
            if is_list(content)
            else [((name,), content)]
        )
        for where, section in listed:
            for request in children_at(section, "request"):
                for function in children_at(request, "python"):
                    yield (*where, "request", "python"), "request", str(function)
            for rules in children_at(section, "outcomes"):
                for index, rule in enumerate(rules if is_list(rules) else ()):
                    for function in children_at(rule, "python"):
                        yield (*where, "outcomes", index, "python"), "outcomes", str(function)


def _import_function(name: str, parameters: tuple[str, ...]) -> Callable[..., object]:
    """Import the function and check its parameters. Raises ValueError."""
    module, _, attribute = name.partition(":")
    try:
        function: object = getattr(importlib.import_module(module), attribute, None)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{module} cannot be imported: {type(error).__name__}") from None
    if function is None:
        raise ValueError(f"{module} does not have {attribute}")
    wanted = f"expected a plain function def {attribute}({', '.join(parameters)})"
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise ValueError(wanted)
    try:
        given = tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        raise ValueError(wanted) from None
    if given != parameters:
        raise ValueError(f"{wanted}, not {attribute}({', '.join(given)})")
    return function
