"""One request of a manifest: its shape, its values, its credentials."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from jiebang.connectors.manifest.field import Model, Str
from jiebang.connectors.manifest.template import Template, Values, compiled, filled
from jiebang.sdk import Call, ConfigFault, ContractError, Reply, Secret

EVERY_STATUS = range(100, 1000)


def _path(value: object) -> Template:
    if not isinstance(value, str) or not value.startswith("/"):
        raise ValueError("expected a path that begins with /")
    template = Template.of(value)
    if any(mark in "".join(template.parts[::2]) for mark in "?#\\") or "//" in value:
        raise ValueError("a path must not hold ? # \\ or //; parameters go into params")
    return template


Compiled = Annotated[Any, AfterValidator(compiled)]
Texts = Annotated[dict[Str, Str], AfterValidator(compiled)]


class Request(Model):
    """What is sent. Values may hold placeholders; a JSON body is a tree, never a text."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(
        description="GET, POST, PUT, PATCH or DELETE"
    )
    path: Annotated[Template, PlainValidator(_path)] = Field(description="a path, such as /v1/x")
    params: Texts = Field(default_factory=dict[str, str])
    headers: Texts = Field(default_factory=dict[str, str])
    body: Compiled = Field(default=None, alias="json")
    form: Texts | None = None

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.body is not None and self.form is not None:
            raise ValueError("expected json or form, not both")
        if self.method == "GET" and (self.body is not None or self.form is not None):
            raise ValueError("GET sends no body; use params or another method")
        return self


class ApiKey(Model):
    """A fixed key, in a header or in the query; `secret` names the setting that holds it."""

    scheme: Literal["api_key"]
    header: Str | None = None
    query: Str | None = None
    secret: Str = Field(description="the name of a secret in config")

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.header is None) == (self.query is None):
            raise ValueError("expected either header or query: the name the key is sent under")
        return self


class Bearer(Model):
    scheme: Literal["bearer"]
    secret: Str = Field(description="the name of a secret in config")


class Basic(Model):
    """`username` and `password` name settings."""

    scheme: Literal["basic"]
    username: Str = Field(description="the name of a setting in config")
    password: Str = Field(description="the name of a secret in config")


class NoAuth(Model):
    scheme: Literal["none"]


Auth = Annotated[ApiKey | Bearer | Basic | NoAuth, Field(discriminator="scheme")]


class Idempotency(Model):
    """How the platform recognises an order it already had."""

    mode: Literal["key", "natural", "none"] = Field(description="key, natural or none")
    header: Str | None = None
    #: Where the key goes in the body: ``req.requestNo`` is the field requestNo inside req.
    field: Str | None = None

    @model_validator(mode="after")
    def _key_has_one_place(self) -> Self:
        if (self.mode == "key") != ((self.header is None) != (self.field is None)):
            raise ValueError("expected header or field with mode key, and neither without it")
        return self


def setting(name: str, values: Values) -> str:
    value = values.get(f"config.{name}")
    if not isinstance(value, str | Secret):
        raise ConfigFault(f"the setting {name} is missing")
    return value.reveal() if isinstance(value, Secret) else value


async def send(
    request: Request, auth: Auth | None, key: Idempotency | None, values: Values, call: Call
) -> Reply:
    """Send it with its credentials, and with the order's key when `key` is given.

    Every status is accepted: the manifest's outcomes decide what it means.
    """
    params: dict[str, str] = filled(request.params, values)
    headers: dict[str, str] = filled(request.headers, values)
    body: Any = filled(request.body, values)
    form: dict[str, str] | None = filled(request.form, values)
    match auth:
        case ApiKey(header=str(name)):
            headers[name] = setting(auth.secret, values)
        case ApiKey(query=str(name)):
            params[name] = setting(auth.secret, values)
        case Bearer():
            headers["Authorization"] = f"Bearer {setting(auth.secret, values)}"
        case Basic():
            pair = f"{setting(auth.username, values)}:{setting(auth.password, values)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        case _:
            pass
    if key is not None and key.mode == "key":
        if not call.idempotency_key:
            raise ContractError("an order was placed without its idempotency key")
        if key.header is not None:
            headers[key.header] = call.idempotency_key
        elif form is not None:
            form[str(key.field)] = call.idempotency_key
        else:
            body = _placed(body, str(key.field).split("."), call.idempotency_key)
    return await call.http.send(
        request.method,
        request.path.path(values),
        params=params or None,
        headers=headers or None,
        json=body,
        form=form,
        accept=EVERY_STATUS,
    )


def _placed(body: Any, path: list[str], key: str) -> Any:
    result: dict[str, Any] = dict(body or {})
    first, *rest = path
    result[first] = _placed(result.get(first), rest, key) if rest else key
    return result
