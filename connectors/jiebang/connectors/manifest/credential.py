"""How a connector authenticates: the section `auth` of a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from jiebang.connectors.manifest.credential_check import refuse_credential
from jiebang.connectors.manifest.field import (
    HeaderName,
    HeaderText,
    Model,
    Str,
    check_https,
    require_entries,
)
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.setting import ConfigSetting
from jiebang.sdk import Auth as SdkAuth
from jiebang.sdk import ClientCredentials, ContractError, RequestSignature, SettingType, SignedPart

_SETTING = re.compile(r"\$\{config\.([a-z][a-z0-9_]*)\}")
_SECRET = "the name of a secret in config"  # noqa: S105 - a description


class ApiKey(Model):
    """A fixed key in a header, the query or the body; `secret` names the setting that holds it.
    `field` is its path in a JSON body or a form: ``auth.key`` is the field key in auth."""

    scheme: Literal["api_key"]
    header: HeaderName | None = None
    query: Str | None = None
    field: Str | None = None
    secret: Str = Field(description=_SECRET)

    @model_validator(mode="after")
    def _require_one_place(self) -> ApiKey:
        if sum(place is not None for place in (self.header, self.query, self.field)) != 1:
            raise ValueError("expected one of header, query and field: where the key is sent")
        return self


class Bearer(Model):
    scheme: Literal["bearer"]
    secret: Str = Field(description=_SECRET)


class Basic(Model):
    """HTTP Basic; `username` and `password` name settings."""

    scheme: Literal["basic"]
    username: Str = Field(description="the name of a setting in config")
    password: Str = Field(description=_SECRET)


def _check_token(value: str) -> str:
    plain = _SETTING.sub("", value)
    if value.startswith("https://"):
        check_https(value)
    elif not (value.startswith("/") or _SETTING.fullmatch(value)) or re.search(r"[{}$?#]", plain):
        raise ValueError(
            "expected a path such as /oauth/token, an https address, or ${config.NAME} of a url"
        )
    return value


class OAuth2(Model):
    """OAuth 2.0 client credentials. The client fetches, shares, caches and renews the token."""

    scheme: Literal["oauth2"]
    token: Annotated[Str, AfterValidator(_check_token)] = Field(
        description="where tokens are fetched"
    )
    client_id: Str = Field(description="the name of a setting in config")
    client_secret: Str = Field(description=_SECRET)
    scopes: tuple[Str, ...] = ()
    more: Annotated[dict[Str, Str], AfterValidator(refuse_credential)] = Field(
        default_factory=dict[str, str]
    )
    client_in: Literal["header", "body"] = "header"


class Hmac(Model):
    """HMAC-SHA256 over the parts of each request, one per line, in the given order."""

    scheme: Literal["hmac"]
    secret: Str = Field(description=_SECRET)
    header: HeaderName = Field(description="the header the signature goes into")
    parts: Annotated[tuple[SignedPart, ...], AfterValidator(require_entries)] = Field(
        description="a list out of method, path, query, timestamp, nonce and body"
    )
    timestamp_header: HeaderName | None = None
    timestamp_unit: Literal["s", "ms"] = "s"
    nonce_header: HeaderName | None = None
    encoding: Literal["hex", "base64"] = "hex"
    prefix: HeaderText | None = None

    @model_validator(mode="after")
    def _check_signature(self) -> Hmac:
        try:
            self.sdk_auth()
        except ContractError as error:
            raise ValueError(str(error)) from None
        return self

    def sdk_auth(self) -> RequestSignature:
        return RequestSignature(
            secret=self.secret,
            header=self.header,
            parts=self.parts,
            timestamp_header=self.timestamp_header,
            milliseconds=self.timestamp_unit == "ms",
            nonce_header=self.nonce_header,
            base64=self.encoding == "base64",
            prefix=self.prefix or "",
        )


class NoAuth(Model):
    scheme: Literal["none"]


Auth = Annotated[
    ApiKey | Bearer | Basic | OAuth2 | Hmac | NoAuth,
    Field(discriminator="scheme"),
]


def credential_problems(auth: Auth, config: Mapping[str, ConfigSetting]) -> Iterator[FieldProblem]:
    """Report settings that `auth` names but `config` lacks, or has with another type."""
    match auth:
        case ApiKey() | Bearer() | Hmac():
            yield from secret_problems(("auth", "secret"), auth.secret, config)
        case Basic():
            yield from secret_problems(("auth", "password"), auth.password, config)
            if auth.username not in config:
                yield ("auth", "username"), f"there is no setting {auth.username} in config"
        case OAuth2():
            yield from secret_problems(("auth", "client_secret"), auth.client_secret, config)
            if auth.client_id not in config:
                yield ("auth", "client_id"), f"there is no setting {auth.client_id} in config"
            for name in _SETTING.findall(auth.token):
                if name not in config:
                    yield ("auth", "token"), f"there is no setting {name} in config"
                elif not auth.token.startswith("/") and config[name].type is not SettingType.URL:
                    yield ("auth", "token"), f"the setting {name} must be of type url"
        case NoAuth():
            pass


def secret_problems(
    where: tuple[str, ...], name: str, config: Mapping[str, ConfigSetting]
) -> Iterator[FieldProblem]:
    """Report a problem unless `name` is a secret in `config`."""
    if name not in config:
        yield where, f"there is no setting {name} in config"
    elif config[name].type is not SettingType.SECRET:
        yield where, f"the setting {name} must be of type secret"


def sdk_auth(auth: Auth) -> SdkAuth | None:
    """Return what the client does for each request; None if a fixed header or field is enough."""
    match auth:
        case Hmac():
            return auth.sdk_auth()
        case OAuth2():
            whole = _SETTING.fullmatch(auth.token)
            return ClientCredentials(
                token=whole[1] if whole else _SETTING.sub(r"{\1}", auth.token),
                client_id=auth.client_id,
                client_secret=auth.client_secret,
                scopes=auth.scopes,
                more=auth.more,
                in_body=auth.client_in == "body",
            )
        case _:
            return None


def auth_hosts(auth: Auth) -> frozenset[str]:
    """Return the hosts that `auth` itself names."""
    if isinstance(auth, OAuth2) and auth.token.startswith("https://"):
        return frozenset({urlsplit(auth.token).netloc.lower()})
    return frozenset()
