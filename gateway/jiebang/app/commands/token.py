"""`jiebang keys` and `jiebang token`: credentials for development."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, cast

import typer

from jiebang.app.auth.jwks import KeySetError
from jiebang.app.auth.key_ring import new_ring_entry
from jiebang.app.auth.tokens import (
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    KeyPair,
    generate_keypair,
    mint,
)
from jiebang.gateway.domain.caller import Holder, Scope, holder_from_claim
from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.tenure import Basis

_DAY = "YYYY-MM-DD"
DayOption = Annotated[str | None, typer.Option(metavar=_DAY, show_default=False)]
IssuerOption = Annotated[str, typer.Option(help="The issuer's name.")]
AudienceOption = Annotated[str, typer.Option(help="The audience of the token.")]


def keys(
    key_file: Annotated[
        Path | None, typer.Option(help="Write the signing key to this file instead of printing it.")
    ] = None,
    tenant: Annotated[
        list[str] | None, typer.Option(help="A tenant of the issuer's tokens; default: all.")
    ] = None,
    issuer: IssuerOption = DEVELOPMENT_ISSUER,
    audience: AudienceOption = DEVELOPMENT_AUDIENCE,
) -> None:
    """Generate keys: settings to start with, and a key to sign development tokens.

    新的密钥：启动所需的设置，以及签发开发令牌的密钥。
    """
    pair = generate_keypair()
    trusted = {
        "issuer": issuer,
        "audience": audience,
        "tenants": tenant or "*",
        "jwks": pair.jwks,
    }
    typer.echo("# Secret: encrypts stored data. Without it that data cannot be read.")
    typer.echo(f"JIEBANG_KEYS='{new_ring_entry()}'")
    typer.echo("# Public: the issuers whose tokens are accepted.")
    typer.echo(f"JIEBANG_ISSUERS='{json.dumps([trusted])}'")
    if key_file is None:
        typer.echo("# Secret: signs tokens. Save it to a file for `jiebang token --key-file`.")
        typer.echo(f"# {json.dumps(dict(pair.private))}")
    else:
        _write_key(key_file, pair)
        typer.echo(f"# The key that signs tokens is in {key_file}.")


def token(
    key_file: Annotated[Path, typer.Option(help="The private JWK, from `jiebang keys`.")],
    tenant: Annotated[str, typer.Option(help="The caller's tenant, for example a carrier's name.")],
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="A permitted scope; repeat for more. Default: all but tenure:assert."),
    ] = None,
    subject: Annotated[str, typer.Option(help="The caller's name.")] = "developer",
    number: Annotated[
        str | None, typer.Option(help="For a person: the number they have proven to hold.")
    ] = None,
    basis: Annotated[Basis, typer.Option(help="For a person: the basis.")] = Basis.CURRENT,
    activated_on: DayOption = None,
    held_from: DayOption = None,
    held_until: DayOption = None,
    deactivated_on: DayOption = None,
    reclaimable_until: DayOption = None,
    reissue_from: DayOption = None,
    ttl: Annotated[int, typer.Option(help="Seconds until it expires.", min=1)] = 3600,
    issuer: IssuerOption = DEVELOPMENT_ISSUER,
    audience: AudienceOption = DEVELOPMENT_AUDIENCE,
) -> None:
    """Issue a bearer token for development.

    用于开发的令牌。
    """
    dates = {
        "activated_on": activated_on,
        "held_from": held_from,
        "held_until": held_until,
        "deactivated_on": deactivated_on,
        "reclaimable_until": reclaimable_until,
        "reissue_from": reissue_from,
    }
    holder = _holder(number, basis, {name: day for name, day in dates.items() if day})
    scopes = scope or [each for each in Scope if each is not Scope.TENURE_ASSERT]
    if holder and Scope.TENURE_ASSERT in scopes:
        raise typer.BadParameter("a person cannot have tenure:assert", param_hint="--scope")
    if holder and ttl > 24 * 3600:
        raise typer.BadParameter("a person's token must expire within 24 hours", param_hint="--ttl")
    key, life = _read_key(key_file), timedelta(seconds=ttl)
    try:
        typer.echo(mint(key, issuer, audience, tenant, subject, scopes, holder, life))
    except KeySetError as error:
        raise typer.BadParameter(str(error), param_hint="--key-file") from None


def _holder(number: str | None, basis: Basis, dates: dict[str, str]) -> Holder | None:
    if number is None:
        if dates or basis is not Basis.CURRENT:
            raise typer.BadParameter("--number is required as well", param_hint="--basis")
        return None
    try:
        return holder_from_claim({"number": number, "basis": basis.value, **dates})
    except InvalidArgument as error:
        text = f"{error.message} {error.hint or ''}".strip()
        raise typer.BadParameter(text, param_hint=error.field) from None


def _write_key(path: Path, pair: KeyPair) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--key-file") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(dict(pair.private)) + "\n")


def _read_key(path: Path) -> dict[str, object]:
    try:
        key: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--key-file") from None
    except ValueError:
        key = None
    if not isinstance(key, dict):
        raise typer.BadParameter(f"{path} does not contain a JWK", param_hint="--key-file")
    return cast("dict[str, object]", key)
