"""The Python hatch: a function that takes one step of a manifest where its words do not suffice.

``python: package.module:function`` stands in a request, where the function gives what is sent,
or in an outcome, where it reads the answer. It runs only where the operator allows it, is found
and checked at load, and what it gives is checked each time.
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
#: More than these, and a Python connector is the shorter way.
MAX_STEPS = 2
#: What a function is called with, by the step it takes.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "request": ("values",),
    "outcomes": ("values", "document"),
}


class RequestContent(Model):
    """What a function gives for a request, beside the method and the path of the manifest."""

    params: dict[str, str] = Field(default_factory=dict[str, str])
    headers: dict[str, str] = Field(default_factory=dict[str, str])
    json_: Any = None
    form: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StepFunctions:
    """The functions of one manifest by their names."""

    by_name: Mapping[str, Callable[..., object]] = field(
        default_factory=dict[str, Callable[..., object]]
    )

    def content(self, name: str, values: Values) -> RequestContent:
        """Raises `ConnectorError`; nothing was sent by then."""
        given = self._call(name, values)
        if not is_mapping(given) or "json_" in given:
            raise Bug(f"{name} gave {type(given).__name__} for a request")
        told = {("json_" if key == "json" else key): value for key, value in given.items()}
        try:
            content = RequestContent.model_validate(told, strict=True)
        except ValidationError:
            # Its message shows the values.
            raise Bug(f"{name} gave a mapping that is no request") from None
        if content.json_ is not None and content.form is not None:
            raise Bug(f"{name} gave json and form for one request")
        return content

    def outcome(
        self, name: str, values: Values, answer: ParsedAnswer, expected: tuple[type[T], ...]
    ) -> T:
        """What the function reads from the answer, one of the `expected`. Raises
        `ConnectorError`, which for an order says that it may have been carried out."""
        try:
            outcome = self._call(name, values, answer.document)
            if not isinstance(outcome, expected):
                raise Bug(f"{name} gave {type(outcome).__name__} for an outcome")
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
            # Its text may hold personal data: only the type is kept.
            raise Bug(f"{name} raised {type(error).__name__}") from None


def load_functions(
    data: Mapping[str, Any], sections: Mapping[str, Any], *, allowed: bool
) -> tuple[StepFunctions, list[FieldProblem]]:
    """The functions that the well-formed manifest names in its `sections`, and what is wrong
    with them. Nothing is imported unless it is `allowed`."""
    problems: list[FieldProblem] = []
    found: dict[str, Callable[..., object]] = {}
    named = list(find_functions(data, sections))
    for where, _, _ in named[MAX_STEPS:]:
        problems.append((where, f"more than {MAX_STEPS} pieces of code: write a Python connector"))
    for where, step, name in named:
        if not allowed:
            text = f"code in manifests is off; the operator allows it by {ALLOWING}=true"
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
    """The place, the step and the name of each function a manifest names."""
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
    """Raises ValueError."""
    module, _, attribute = name.partition(":")
    try:
        function: object = getattr(importlib.import_module(module), attribute, None)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{module} cannot be imported: {type(error).__name__}") from None
    if function is None:
        raise ValueError(f"{module} has no {attribute}")
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
