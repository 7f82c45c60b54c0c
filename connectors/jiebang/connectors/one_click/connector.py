"""The one-click service `yijian`: one request, one answer for each of its platforms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jiebang.connectors.manifest.tree import is_list, is_mapping
from jiebang.connectors.mask import mask_label
from jiebang.sdk import (
    Account,
    ActionOutcome,
    BindingDate,
    Bound,
    Call,
    Capability,
    Category,
    ConfigFault,
    ConnectorError,
    ConnectorSpec,
    Denied,
    DenyReason,
    Done,
    Idempotency,
    Json,
    Limits,
    LookupOutcome,
    NotBound,
    Platform,
    Precedence,
    ProtocolFault,
    Secret,
    Setting,
    SettingType,
    Subject,
    SubjectNeed,
    Unavailable,
)

SPEC = ConnectorSpec(
    id="yijian",
    version="0.1.0",
    owners=("jiebang",),
    name={"zh-CN": "一键通查", "en": "Yijian one-click"},
    platforms=(
        Platform(id="dabo", name={"zh-CN": "大博", "en": "Dabo"}, category=Category.SOCIAL),
        Platform(id="taoshi", name={"zh-CN": "淘市", "en": "Taoshi"}, category=Category.SHOPPING),
        Platform(
            id="meiwei", name={"zh-CN": "美味外卖", "en": "Meiwei"}, category=Category.SHOPPING
        ),
        Platform(id="kuaixiu", name={"zh-CN": "快秀", "en": "Kuaixiu"}, category=Category.MEDIA),
    ),
    capabilities=frozenset({Capability.LOOKUP, Capability.UNBIND}),
    precedence=Precedence.AGGREGATOR,
    limits=Limits(timeout=timedelta(seconds=3)),
    idempotency=Idempotency.KEY,
    # Only before or after a day: not enough to tell a former holder's accounts from others'.
    dates_bindings=False,
    subject_needs=frozenset({SubjectNeed.HELD_SINCE}),
    settings=(
        Setting(name="base_url", type=SettingType.URL),
        Setting(name="access_key", type=SettingType.SECRET),
    ),
)


@dataclass(frozen=True, slots=True)
class OneClick:
    """Sends one request for all platforms; one that fails does not affect the others."""

    spec: ConnectorSpec = SPEC

    async def lookup(
        self, subject: Subject, call: Call
    ) -> Mapping[str, LookupOutcome | ConnectorError]:
        asked = sorted(call.platforms & self.spec.platform_ids)
        question: dict[str, Json] = {"phone": subject.national, "apps": asked}
        if subject.held_since is not None:
            question["held_since"] = subject.held_since.isoformat()
        reply = await call.http.send("POST", "/v1/query", json=question, headers=_key(call))
        answers: dict[str, LookupOutcome | ConnectorError] = {}
        for entry in _results(reply.json()):
            platform = entry.get("app")
            if platform in asked:
                try:
                    answers[platform] = _outcome(entry, platform, subject.held_since)
                except ConnectorError as error:
                    answers[platform] = error
        return answers

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        item = {"app": account.platform, "account_id": account.handle}
        reply = await call.http.send(
            "POST",
            "/v1/unbind",
            json={"phone": subject.national, "items": [item]},
            headers=_key(call) | {"Idempotency-Key": call.idempotency_key},
        )
        for entry in _results(reply.json()):
            if (entry.get("app"), entry.get("account_id")) == (account.platform, account.handle):
                match entry.get("status"):
                    case "UNBOUND":
                        return Done()
                    case "ALREADY_UNBOUND":
                        return Done(already=True)
                    case "NOT_FOUND":
                        return Denied(reason=DenyReason.NO_MATCH, platform_code="NOT_FOUND")
                    case _:
                        break
        raise ProtocolFault("the answer does not report the order's result", maybe_done=True)


def _key(call: Call) -> dict[str, str]:
    key = call.settings.get("access_key")
    if not isinstance(key, Secret):
        raise ConfigFault("the setting access_key is missing")
    return {"X-Access-Key": key.reveal()}


def _results(document: object) -> list[Mapping[str, Json]]:
    results = document.get("results") if is_mapping(document) else None
    if not is_list(results) or not all(is_mapping(entry) for entry in results):
        raise ProtocolFault("the answer does not contain a list of results", maybe_done=True)
    return results


def _outcome(entry: Mapping[str, Json], platform: str, held_since: date | None) -> LookupOutcome:
    accounts = entry.get("accounts")
    match entry.get("status"):
        case "REGISTERED" if is_list(accounts) and accounts:
            return Bound(
                accounts=tuple(_account(account, platform, held_since) for account in accounts)
            )
        case "NOT_REGISTERED" if accounts == []:
            return NotBound("status == 'NOT_REGISTERED'")
        case "SERVICE_BUSY":
            raise Unavailable(
                "the platform behind the service is busy", platform_code="SERVICE_BUSY"
            )
        case _:
            raise ProtocolFault("a result with an unknown status")


def _account(account: object, platform: str, held_since: date | None) -> Account:
    if not is_mapping(account):
        raise ProtocolFault("an account is not an object")
    handle, label, before = (account.get(name) for name in ("account_id", "mask", "before"))
    if not isinstance(handle, str) or not handle or not isinstance(label, str | None):
        raise ProtocolFault("an account does not have a usable id")
    if not isinstance(before, bool | None):
        raise ProtocolFault("`before` is neither true nor false")
    bound = None
    if held_since is not None and before is not None:
        bound = BindingDate.before(held_since) if before else BindingDate.since(held_since)
    return Account(
        handle=handle,
        platform=platform,
        label=mask_label(label, "name") if label else None,
        bound=bound,
    )
