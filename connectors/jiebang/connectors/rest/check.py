"""What must be true between the parts of a `rest` manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jiebang.connectors.manifest.problem import Place
from jiebang.connectors.manifest.template import placeholders, unknown
from jiebang.connectors.manifest.tree import Where, below, is_mapping
from jiebang.connectors.rest.model import Rest
from jiebang.connectors.rest.request import ApiKey, Basic, Bearer
from jiebang.connectors.rest.rule import LookupRule
from jiebang.sdk import SettingType, SubjectNeed

_SUBJECT = frozenset(
    {"subject.number", "subject.national", "subject.held_since", "subject.held_until"}
)
_ORDER = frozenset(
    {"account.handle", "account.platform", "call.idempotency_key", "call.callback_url"}
)
#: The names each request may use beside those of the subject and of config.
SECTIONS: dict[str, frozenset[str]] = {
    "lookup": frozenset(),
    "lookup_status": frozenset({"remote_ref"}),
    "unbind": _ORDER,
    "cease_contact": _ORDER,
    "lock_account": _ORDER,
    "status": frozenset({"remote_ref"}),
    "withdraw": frozenset({"remote_ref"}),
}
ACTIONS = ("unbind", "cease_contact", "lock_account")


def placeholder_problems(data: Mapping[str, Any]) -> Iterator[Place]:
    """Placeholders nobody can fill, found in the manifest as it was read."""
    config = data.get("config")
    settings = {f"config.{name}" for name in config} if is_mapping(config) else set[str]()
    for section, extra in SECTIONS.items():
        for request in below(data.get(section), "request"):
            yield from unknown(request, _SUBJECT | extra | settings, (section, "request"))


def consistency_problems(rest: Rest, data: Mapping[str, Any]) -> Iterator[Place]:
    """Parts that are well formed and do not fit together."""
    yield from _config(rest)
    yield from _deliveries(rest, data)
    yield from _needs(rest, data)
    yield from _platforms(rest)
    if rest.idempotency.field is not None:
        for name, section in rest.actions.items():
            if section.request.form is None and not is_mapping(section.request.body):
                yield (
                    (name, "request"),
                    f"idempotency.field {rest.idempotency.field} needs a json mapping or a form",
                )


def _config(rest: Rest) -> Iterator[Place]:
    base = rest.config.get("base_url")
    if base is None or base.type is not SettingType.URL:
        yield ("config",), "expected the setting base_url of type url"
    secrets: list[tuple[tuple[str, ...], str]] = []
    match rest.auth:
        case ApiKey(secret=name) | Bearer(secret=name):
            secrets.append((("auth", "secret"), name))
        case Basic(username=username, password=name):
            secrets.append((("auth", "password"), name))
            if username not in rest.config:
                yield ("auth", "username"), f"there is no setting {username} in config"
        case _:
            pass
    if rest.callback is not None:
        secrets.append((("callback", "auth", "secret"), rest.callback.auth.secret))
    for where, secret in secrets:
        setting = rest.config.get(secret)
        if setting is None:
            yield where, f"there is no setting {secret} in config"
        elif setting.type is not SettingType.SECRET:
            yield where, f"the setting {secret} must be of type secret"


def _deliveries(rest: Rest, data: Mapping[str, Any]) -> Iterator[Place]:
    if rest.lookup_status is None:
        for index, rule in enumerate(rest.lookup.outcomes):
            if rule.pending is not None:
                yield (
                    ("lookup", "outcomes", index, "pending"),
                    "a pending lookup needs the section lookup_status, to ask for its answer",
                )
    waits = False
    for name, section in rest.actions.items():
        for index, action in enumerate(section.outcomes):
            waits = waits or action.pending is not None
            if action.pending is not None and rest.status is None:
                yield (
                    (name, "outcomes", index, "pending"),
                    "a pending order needs the section status, also where a callback ends it",
                )
    if rest.withdraw is not None and not waits:
        yield ("withdraw",), "no order is ever pending, so there is nothing to withdraw"
    if rest.callback is not None:
        if not waits:
            yield ("callback",), "no order is ever pending, so there is nothing to call back about"
        requests = [data.get(name) for name in ACTIONS]
        if not any(name == "call.callback_url" for _, name in placeholders(requests)):
            yield ("callback",), "no request tells the platform ${call.callback_url}"


def _needs(rest: Rest, data: Mapping[str, Any]) -> Iterator[Place]:
    for section in SECTIONS:
        for where, name in placeholders(data.get(section), (section,)):
            need = name.removeprefix("subject.")
            if need in set(SubjectNeed) and need not in rest.subject_needs:
                yield where, f"to use {name}, declare subject_needs: [{need}]"
    for where, rule in _lookup_rules(rest):
        if rule.bound is None:
            continue
        where = (*where, "bound")
        dated = rule.bound.bound_date
        if dated is None and rest.dates_bindings:
            yield where, "dates_bindings is true: expected bound_date"
        if (
            dated is not None
            and dated.format == "before_flag"
            and SubjectNeed.HELD_SINCE not in rest.subject_needs
        ):
            yield (
                (*where, "bound_date", "format"),
                "before_flag relates to held_since: declare subject_needs: [held_since]",
            )


def _platforms(rest: Rest) -> Iterator[Place]:
    several = rest.platforms is not None and len(rest.platforms) > 1
    for where, rule in _lookup_rules(rest):
        if rule.bound is not None and several and rule.bound.platform is None:
            yield (*where, "bound"), "expected platform: which of the platforms is it at?"
        if rule.bound is not None and not several and rule.bound.platform is not None:
            yield (*where, "bound", "platform"), "only for manifests with several platforms"
        if several and rule.pending is not None:
            yield (*where, "pending"), "a lookup at several platforms cannot be pending"


def _lookup_rules(rest: Rest) -> Iterator[tuple[Where, LookupRule]]:
    for name, section in (("lookup", rest.lookup), ("lookup_status", rest.lookup_status)):
        if section is not None:
            for index, rule in enumerate(section.outcomes):
                yield (name, "outcomes", index), rule
