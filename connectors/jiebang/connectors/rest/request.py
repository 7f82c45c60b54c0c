"""One request of a manifest: its form, its values, its credentials."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from jiebang.connectors.manifest.credential import ApiKey, Auth, Basic, Bearer
from jiebang.connectors.manifest.credential_check import refuse_credential, refuse_nested_credential
from jiebang.connectors.manifest.field import FunctionName, HeaderName, HeaderText, Model, Str
from jiebang.connectors.manifest.setting import setting_value
from jiebang.connectors.manifest.template import (
    Template,
    Values,
    compile_tree,
    fill_tree,
    header_texts,
)
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.connectors.rest.python_step import StepFunctions
from jiebang.sdk import Bug, Call, ContractError, Json, Reply

EVERY_STATUS = range(100, 1000)


def _path(value: object) -> Template:
    if isinstance(value, Template):
        return value
    if not isinstance(value, str) or not value.startswith("/"):
        raise ValueError("expected a path that begins with /")
    template = Template.parse(value)
    if any(mark in "".join(template.parts[::2]) for mark in "?#\\") or "//" in value:
        raise ValueError("a path must not contain ? # \\ or //; parameters go into params")
    plain = value.lower().replace("%2e", ".")
    if not value.isprintable() or any(part in (".", "..") for part in plain.split("/")):
        raise ValueError("a path must not contain the segments . or .. or control characters")
    return template


#: A path whose values stay within their segments.
PathTemplate = Annotated[Template, PlainValidator(_path, json_schema_input_type=str)]


Compiled = Annotated[Any, AfterValidator(refuse_nested_credential), AfterValidator(compile_tree)]
Texts = Annotated[dict[Str, Str], AfterValidator(refuse_credential), AfterValidator(compile_tree)]
Headers = Annotated[
    dict[HeaderName, HeaderText], AfterValidator(refuse_credential), AfterValidator(compile_tree)
]


class Request(Model):
    """What is sent. Values may contain placeholders; a JSON body is a tree, never a text."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        description="GET, POST, PUT, PATCH or DELETE"
    )
    path: PathTemplate = Field(description="a path, such as /v1/x")
    params: Texts = Field(default_factory=dict[str, str])
    headers: Headers = Field(default_factory=dict[str, str])
    body: Compiled = Field(default=None, alias="json")
    form: Texts | None = None
    #: A function that returns the body, and further params and headers.
    python: FunctionName | None = None

    @model_validator(mode="after")
    def _require_one_body(self) -> Self:
        if self.body is not None and self.form is not None:
            raise ValueError("expected json or form, not both")
        if self.python is not None and (self.body is not None or self.form is not None):
            raise ValueError("the body comes from python; leave json and form out")
        if self.method == "GET" and (self.body is not None or self.form is not None):
            raise ValueError("GET does not send a body; use params or another method")
        return self

    @property
    def has_fields(self) -> bool:
        """Whether it sends a body that a field can be put into."""
        return self.form is not None or self.python is not None or is_mapping(self.body)


class Idempotency(Model):
    """How the platform recognises a repeated order."""

    mode: Literal["key", "natural", "none"] = Field(description="key, natural or none")
    header: HeaderName | None = None
    query: Str | None = None
    #: Where the key goes in the body: ``req.requestNo`` is the field requestNo inside req.
    field: Str | None = None

    @model_validator(mode="after")
    def _require_one_place(self) -> Self:
        places = sum(place is not None for place in (self.header, self.query, self.field))
        if places != (self.mode == "key"):
            raise ValueError("expected header, query or field with mode key, and only then")
        return self


@dataclass(slots=True)
class PreparedRequest:
    """A request with its values, ready to be sent. Its `repr` shows none of them."""

    method: str
    path: str = field(repr=False)
    params: dict[str, str] = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: Json = field(repr=False)
    form: dict[str, str] | None = field(repr=False)

    def put(self, header: str | None, query: str | None, path: str | None, value: str) -> None:
        """Put a value where the manifest says: into a header, a parameter or a field."""
        if header is not None:
            self.headers[header] = value
        elif query is not None:
            self.params[query] = value
        elif path is not None and self.form is not None:
            self.form[path] = value
        elif path is not None:
            self.body = _set_field(self.body, path.split("."), value)

    async def send(self, call: Call) -> Reply:
        """Send the request and accept every status: the manifest's outcomes interpret it."""
        return await call.http.send(
            self.method,
            self.path,
            params=self.params or None,
            headers=self.headers or None,
            json=self.body,
            form=self.form,
            accept=EVERY_STATUS,
        )


def prepare_request(
    request: Request,
    auth: Auth,
    key: Idempotency | None,
    values: Values,
    call: Call,
    functions: StepFunctions,
    entries: Sequence[Values] = (),
) -> PreparedRequest:
    """Prepare the request with its values, its credentials and, if given, the order's key.
    `entries` are the values of each entry of a batch.

    OAuth and signatures are applied by the client, not here.
    """
    prepared = PreparedRequest(
        request.method,
        request.path.path(values),
        dict(fill_tree(request.params, values)),
        header_texts(request.headers, values),
        fill_tree(request.body, values, entries),
        fill_tree(request.form, values),
    )
    if request.python is not None:
        given = functions.content(request.python, values)
        prepared.params |= given.params
        prepared.headers |= given.headers
        prepared.body, prepared.form = given.json_, given.form
        if request.method == "GET" and (prepared.body is not None or prepared.form is not None):
            raise Bug(f"{request.python} returned a body for a GET")
    authorize(prepared, auth, values)
    if key is not None and key.mode == "key":
        if not call.idempotency_key:
            raise ContractError("an order has no idempotency key")
        prepared.put(key.header, key.query, key.field, call.idempotency_key)
    return prepared


def authorize(request: PreparedRequest, auth: Auth, values: Values) -> None:
    """Put the fixed credentials into the request."""
    match auth:
        case ApiKey():
            request.put(auth.header, auth.query, auth.field, setting_value(auth.secret, values))
        case Bearer() | Basic():
            request.headers["Authorization"] = authorization(auth, values)
        case _:
            pass


def authorization(auth: Bearer | Basic, values: Values) -> str:
    """Return the value of the Authorization header."""
    if isinstance(auth, Bearer):
        return f"Bearer {setting_value(auth.secret, values)}"
    pair = f"{setting_value(auth.username, values)}:{setting_value(auth.password, values)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _set_field(body: Mapping[str, Any] | None, path: list[str], value: str) -> dict[str, Any]:
    result: dict[str, Any] = dict(body or {})
    first, *rest = path
    result[first] = _set_field(result.get(first), rest, value) if rest else value
    return result
