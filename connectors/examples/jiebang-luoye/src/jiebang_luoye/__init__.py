"""Luoye Photos: albums are found by number, and a number is detached from one album at a time."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from jiebang.sdk import (
    Account,
    ActionOutcome,
    BindingDate,
    Bound,
    Call,
    Capability,
    Category,
    ConnectorSpec,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    LookupAnswer,
    NotBound,
    Platform,
    ProtocolFault,
    Registry,
    Secret,
    Setting,
    SettingType,
    Subject,
    hookimpl,
)

NAME = {"zh-CN": "落叶相册", "en": "Luoye Photos"}
REFUSALS = {
    "ONLY_LOGIN": DenyReason.SOLE_LOGIN_IDENTIFIER,
    "FROZEN": DenyReason.ACCOUNT_BANNED,
}


class Luoye:
    spec = ConnectorSpec(
        id="luoye",
        version="0.1.0",
        name=NAME,
        platforms=(Platform(id="luoye", name=NAME, category=Category.CLOUD_STORAGE),),
        capabilities=frozenset({Capability.LOOKUP, Capability.UNBIND}),
        idempotency=Idempotency.NATURAL,
        dates_bindings=True,
        settings=(
            Setting(name="base_url", type=SettingType.URL),
            Setting(name="token", type=SettingType.SECRET),
        ),
        owners=("luoye-accounts",),
    )

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        reply = await call.http.send(
            "GET", "/albums", params={"phone": subject.number}, headers=_bearer(call)
        )
        match reply.json():
            case {"albums": []}:
                return NotBound("albums == []")
            case {"albums": [*rows]}:
                return Bound(accounts=tuple(_account(row) for row in rows))
            case _:
                raise ProtocolFault("the answer has no list of albums")

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        reply = await call.http.send(
            "DELETE",
            f"/albums/{quote(account.handle, safe='')}/phones/{quote(subject.number, safe='')}",
            headers=_bearer(call),
            accept={200, 409},
        )
        match reply.status, reply.json():
            case 200, {"state": "DETACHED"}:
                return Done()
            case 200, {"state": "NOT_ATTACHED"}:
                return Done(already=True)
            case 409, {"reason": str(code)} if code in REFUSALS:
                return Denied(reason=REFUSALS[code], platform_code=code)
            case _:
                raise ProtocolFault("the answer lacks the order's result", maybe_done=True)


def _account(row: object) -> Account:
    match row:
        case {"id": str(handle), "attached_on": str(day), "owner": str(owner)} if handle:
            try:
                bound = BindingDate.on(date.fromisoformat(day))
            except ValueError:
                raise ProtocolFault("an album was attached on no day") from None
            label = f"{owner[:1]}**" if owner else None
            return Account(handle=handle, platform="luoye", label=label, bound=bound)
        case _:
            raise ProtocolFault("an album lacks its id, its owner or its day")


def _bearer(call: Call) -> dict[str, str]:
    token = call.settings["token"]
    assert isinstance(token, Secret)  # the spec says so, and the gateway checks it  # noqa: S101
    return {"Authorization": f"Bearer {token.reveal()}"}


@hookimpl
def jiebang_register_connectors(registry: Registry) -> None:
    registry.add(Luoye())
