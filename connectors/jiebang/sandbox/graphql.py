"""A minimal GraphQL server: fields, arguments, aliases, inline fragments.

Answers contain exactly what the document selects. Not supported: named fragments, directives, and
list or object literals in the document; these belong in variables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import orjson

from jiebang.sandbox.answers import Answer, ParsedRequest, as_object

_TOKEN = re.compile(r'\s+|,|#[^\n]*|(\.\.\.|[{}()\[\]:$!=@]|"(?:[^"\\]|\\.)*"|[_A-Za-z]\w*|-?\d+)')
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}


class FieldError(Exception):
    """A field that is null, with an error that says why. `at` is the path below it from which on
    something is missing; then `partial` is the rest."""

    def __init__(
        self, code: str, message: str, *, partial: object = None, at: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(code)
        self.code, self.message, self.partial, self.at = code, message, partial, at


class _InvalidDocument(ValueError):
    """The document is invalid, or selects something that does not exist."""


@dataclass(frozen=True, slots=True)
class Field:
    """One selected field: its name in the answer, its own name, and its arguments."""

    alias: str
    name: str
    arguments: Mapping[str, object]
    fields: tuple[Field, ...]


#: Resolves a root field from its arguments. Raises `FieldError`.
Resolver = Callable[[Mapping[str, object]], object]


def is_mutation(parsed: ParsedRequest) -> bool:
    return parsed.text("query").lstrip().startswith("mutation")


def execute(
    parsed: ParsedRequest, queries: Mapping[str, Resolver], mutations: Mapping[str, Resolver]
) -> Answer:
    """Execute one request: HTTP 200 with data and errors, or 400 for an invalid request."""
    resolvers = mutations if is_mutation(parsed) else queries
    try:
        fields = _Parser(parsed.text("query"), as_object(parsed.value("variables"))).document()
        for field in fields:
            if field.name not in resolvers:
                raise _InvalidDocument(f"there is no field {field.name}")
        data: dict[str, object] = {}
        errors: list[object] = []
        for field in fields:
            data[field.alias] = _resolve(resolvers[field.name], field, errors)
    except _InvalidDocument as error:
        return Answer(400, error_result("GRAPHQL_VALIDATION_FAILED", str(error)))
    return Answer(body={"data": data, "errors": errors} if errors else {"data": data})


def error_result(code: str, message: str) -> object:
    """Return a result that consists of errors only."""
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def _resolve(resolver: Resolver, field: Field, errors: list[object]) -> object:
    try:
        return _select(resolver(field.arguments), field.fields)
    except FieldError as refused:
        told = {"message": refused.message, "path": [field.alias, *refused.at]}
        errors.append(told | {"extensions": {"code": refused.code}})
        return _select(refused.partial, field.fields)


def _select(value: object, fields: tuple[Field, ...]) -> object:
    if isinstance(value, list):
        return [_select(one, fields) for one in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    known = cast("dict[str, object]", value)
    if not fields:
        raise _InvalidDocument("an object needs a selection")
    for field in fields:
        if field.name not in known:
            raise _InvalidDocument(f"there is no field {field.name}")
    return {field.alias: _select(known[field.name], field.fields) for field in fields}


class _Parser:
    """Parses a document from left to right."""

    def __init__(self, document: str, variables: Mapping[str, object]) -> None:
        self._variables = variables
        self._tokens: list[str] = []
        at = 0
        while at < len(document):
            found = _TOKEN.match(document, at)
            if found is None:
                raise _InvalidDocument("the document cannot be parsed")
            if found[1]:
                self._tokens.append(found[1])
            at = found.end()

    def document(self) -> tuple[Field, ...]:
        while self._peek() != "{":  # the name of the operation and its variable definitions
            self._take()
        fields = self._selection()
        if self._tokens:
            raise _InvalidDocument("expected one operation")
        return fields

    def _peek(self) -> str:
        if not self._tokens:
            raise _InvalidDocument("the document ends unexpectedly")
        return self._tokens[0]

    def _take(self, wanted: str | None = None) -> str:
        token = self._peek()
        if wanted not in (None, token):
            raise _InvalidDocument(f"expected {wanted}")
        return self._tokens.pop(0)

    def _selection(self) -> tuple[Field, ...]:
        self._take("{")
        fields: list[Field] = []
        while self._peek() != "}":
            if self._peek() == "...":
                self._take()
                self._take("on")
                self._take()
                fields += self._selection()
            else:
                fields.append(self._field())
        self._take("}")
        return tuple(fields)

    def _field(self) -> Field:
        alias = name = self._take()
        if self._peek() == ":":
            self._take()
            name = self._take()
        arguments: dict[str, object] = {}
        if self._peek() == "(":
            self._take()
            while self._peek() != ")":
                given = self._take()
                self._take(":")
                arguments[given] = self._value()
            self._take(")")
        fields = self._selection() if self._peek() == "{" else ()
        return Field(alias, name, arguments, fields)

    def _value(self) -> object:
        token = self._take()
        if token == "$":  # noqa: S105 - a mark of the language
            return self._variables.get(self._take())
        if token in _CONSTANTS:
            return _CONSTANTS[token]
        if token.startswith('"') or token.lstrip("-").isdigit():
            return cast("object", orjson.loads(token))
        raise _InvalidDocument("a value like this belongs in variables")
