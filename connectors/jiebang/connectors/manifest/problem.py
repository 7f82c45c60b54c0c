"""What is wrong with a manifest: all problems in one message, each with its position."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from jiebang.connectors.manifest.tree import FieldPath, children_at
from jiebang.sdk import ContractError, ManifestDocument

M = TypeVar("M", bound=BaseModel)
#: One problem: the path into the manifest, and what is wrong there.
FieldProblem = tuple[FieldPath, str]


@dataclass(frozen=True, slots=True, order=True)
class ManifestProblem:
    """One problem in a file. Lines and columns count from 1; line 0 stands for the whole file.
    `field` is empty if the file could not be parsed that far."""

    path: Path
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        place = self.path.name or str(self.path)
        if self.line:
            place += f":{self.line}:{self.column}"
        return f"{place} {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class ManifestError(ContractError):
    """All problems of a manifest; its text has one line for each of the `faults`."""

    def __init__(self, problems: Iterable[ManifestProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def validate_manifest(
    model: type[M], document: ManifestDocument, more: Iterable[FieldProblem] = ()
) -> M:
    """Validate the manifest as `model`. Raises `ContractError` with every problem, and `more`."""
    found = list(more)
    try:
        result = model.model_validate(document.data)
    except ValidationError as error:
        found += [
            _field_problem(model, document.data, one) for one in error.errors(include_url=False)
        ]
        raise manifest_error(document, found) from None
    if found:
        raise manifest_error(document, found)
    return result


def manifest_error(document: ManifestDocument, problems: Sequence[FieldProblem]) -> ManifestError:
    """Build one error from several problems, ``file:line:column field: what is wrong`` per line."""
    return ManifestError(
        ManifestProblem(
            document.source(where), *document.place(where), dotted_path(where) or "manifest", text
        )
        for where, text in problems
    )


def dotted_path(where: FieldPath) -> str:
    """Format the path to a field, such as ``lookup.outcomes[0].when``."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean …?`` for the closest known name, otherwise the list of known names."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return f"did you mean {close[0]}?"
    return f"expected one of {', '.join(known)}" if known else "nothing is expected here"


def _field_problem(
    model: type[BaseModel], data: Mapping[str, Any], error: ErrorDetails
) -> FieldProblem:
    where = _existing_path(data, error["loc"], missing=error["type"] == "missing")
    text = error["msg"].removeprefix("Value error, ")
    match error["type"]:
        case "extra_forbidden":
            known = {name for one in _models_at(model, where[:-1]) for name in _names(one)}
            text = f"unexpected field; {suggestion(str(where[-1]), known)}"
        case "missing":
            text = f"missing; expected {_expected_value(model, where) or 'a value'}"
        case "string_type":
            value = error["input"]
            quote = isinstance(value, int | float) and not isinstance(value, bool)
            text = "expected a text" + ("; put it in quotes" if quote else "")
        case "model_type" | "model_attributes_type" | "dict_type":
            text = "expected a mapping"
        case "list_type" | "tuple_type":
            text = "expected a list"
        case "too_short":
            text = "expected at least one entry"
        case "string_too_short":
            text = "expected a text that is not empty"
        case _:
            text = text.replace("Input should be", "expected")
    return where, text


def _existing_path(
    tree: Mapping[str, Any], loc: Iterable[str | int], *, missing: bool
) -> FieldPath:
    """Return the part of `loc` that exists in the file: pydantic adds names of its own."""
    data: Any = tree
    where: list[str | int] = []
    for part in (parts := list(loc)):
        for child in children_at(data, part):
            where.append(part)
            data = child
    if missing:
        where.append(parts[-1])
    return tuple(where)


def _names(model: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    parts: tuple[Any, ...] = get_args(annotation)
    if get_origin(annotation) is Annotated:
        parts = parts[:1]
    return [model for part in parts for model in _models_in(part)]


def _models_at(model: type[BaseModel], where: FieldPath) -> list[type[BaseModel]]:
    """Return the models that the part of the manifest at `where` could be."""
    models = [model]
    for part in where:
        inner = [
            found
            for one in models
            for name, info in one.model_fields.items()
            if (info.alias or name) == part
            for found in _models_in(info.annotation)
        ]
        models = inner or models  # an index, or a key chosen by the manifest's author
    return models


def _expected_value(model: type[BaseModel], where: FieldPath) -> str | None:
    for one in _models_at(model, where[:-1]):
        for name, info in one.model_fields.items():
            if (info.alias or name) == where[-1]:
                return info.description
    return None
