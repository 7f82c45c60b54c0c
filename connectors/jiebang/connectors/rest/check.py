"""Consistency checks between the parts of a `rest` manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jiebang.connectors.manifest.credential import ApiKey, credential_problems
from jiebang.connectors.manifest.problem import FieldProblem
from jiebang.connectors.manifest.template import EACH, placeholders, unknown_placeholders
from jiebang.connectors.manifest.tree import FieldPath, children_at, is_list, is_mapping
from jiebang.connectors.rest.batch import NAMES, find_each, key_problems, request_problems
from jiebang.connectors.rest.model import HttpManifest, Rest
from jiebang.connectors.rest.request import Request
from jiebang.connectors.rest.rule import LookupRule
from jiebang.sdk import ActionKind, SettingType, SubjectNeed

_SUBJECT = frozenset(
    {"subject.number", "subject.national", "subject.held_since", "subject.held_until"}
)
_ORDER = frozenset(
    {"account.handle", "account.platform", "call.idempotency_key", "call.callback_url"}
)
#: The names each request may use, besides those of the subject and of config.
SECTIONS: dict[str, frozenset[str]] = {
    "lookup": frozenset({"call.callback_url"}),
    "lookups": frozenset(),
    "lookup_status": frozenset({"remote_ref"}),
    **dict.fromkeys((kind.value for kind in ActionKind), _ORDER),
    "status": frozenset({"remote_ref"}),
    "withdraw": frozenset({"remote_ref"}),
}
#: The same for the entries of a batch.
BATCHES: dict[str, frozenset[str]] = {
    "lookup_batch": _SUBJECT,
    "unbind_batch": _SUBJECT | _ORDER,
}

#: A manifest of any kind that sends HTTP requests.
Manifest = HttpManifest[Any, Any, Any]


def shape_problems(
    data: Mapping[str, Any],
    part: str = "request",
    first: str = "request",
    lookups: frozenset[str] = frozenset(),
) -> Iterator[FieldProblem]:
    """Check what can be checked before validation: that a lookup exists and placeholders are known.
    `part` is the field of a section that contains placeholders, `first` the first field of a
    section, `lookups` further names for `lookup`."""
    given = [name for name in ("lookup", "lookups") if data.get(name) is not None]
    if not given:
        yield ("lookup",), f"missing; expected a mapping with {first} and outcomes"
    if len(given) > 1:
        yield ("lookups",), "expected lookup (one) or lookups (a list), not both"
    config = data.get("config")
    settings = {f"config.{name}" for name in config} if is_mapping(config) else set[str]()
    for section, extra in SECTIONS.items():
        more = lookups if section == "lookup" else frozenset[str]()
        for where, content in parts(data, section):
            for request in children_at(content, part):
                yield from unknown_placeholders(
                    request, _SUBJECT | extra | settings | more, (*where, part)
                )
                for place, _ in find_each(request, (*where, part)):
                    yield (*place, EACH), "only in lookup_batch and unbind_batch"
    for section, entry in BATCHES.items():
        for request in children_at(data.get(section), "request"):
            yield from request_problems(request, entry, settings, (section, "request"))
        for key in children_at(data.get(section), "key"):
            yield from key_problems(key, NAMES[section], (section, "key"))


def parts(data: Mapping[str, Any], section: str) -> Iterator[tuple[FieldPath, Any]]:
    """Yield the section, or each entry of it if it is a list, with its path."""
    content = data.get(section)
    if is_list(content):
        yield from (((section, index), entry) for index, entry in enumerate(content))
    else:
        yield (section,), content


def consistency_problems(manifest: Manifest, data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Report well-formed parts that do not fit together."""
    yield from _config_problems(manifest)
    yield from _delivery_problems(manifest, data)
    yield from _batch_problems(manifest, data)
    yield from _need_problems(manifest, data)
    yield from _platform_problems(manifest)


def field_problems(rest: Rest) -> Iterator[FieldProblem]:
    """Report values for the body of a request that does not have one."""
    requests: dict[FieldPath, Request] = {
        (name, "request"): section.request for name, section in rest.actions.items()
    }
    if rest.idempotency.field is not None:
        for where, request in requests.items():
            if not request.has_fields:
                yield where, _missing_body_text(f"idempotency.field {rest.idempotency.field}")
    for where, looking in lookup_sections(rest):
        requests[*where, "request"] = looking.request
        pages = looking.pages
        if pages is not None and pages.field is not None and not looking.request.has_fields:
            yield (*where, "request"), _missing_body_text(f"pages.field {pages.field}")
        if pages is not None and pages.url and looking.request.method != "GET":
            yield (*where, "pages", "url"), "only for requests with method GET"
    if rest.status is not None:
        requests["status", "request"] = rest.status.request
    if rest.withdraw is not None:
        requests["withdraw", "request"] = rest.withdraw.request
    if isinstance(rest.auth, ApiKey) and rest.auth.field is not None:
        for where, request in requests.items():
            if not request.has_fields:
                yield where, _missing_body_text(f"auth.field {rest.auth.field}")


def _missing_body_text(what: str) -> str:
    return f"{what} needs a json mapping or a form"


def _config_problems(manifest: Manifest) -> Iterator[FieldProblem]:
    base = manifest.config.get("base_url")
    if base is None or base.type is not SettingType.URL:
        yield ("config",), "expected the setting base_url of type url"
    yield from credential_problems(manifest.auth, manifest.config)
    if manifest.callback is not None:
        yield from manifest.callback.setting_problems(manifest.config)


def _delivery_problems(manifest: Manifest, data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for where, rule in _lookup_rules(manifest):
        if where[0] == "lookup" and rule.pending is not None and manifest.lookup_status is None:
            yield (
                (*where, "pending"),
                "a pending lookup needs the section lookup_status, to fetch its answer",
            )
        if where[0] == "lookups" and rule.result[0] not in ("bound", "not_bound", "python"):
            yield (
                (*where, rule.result[0]),
                "several lookups are merged, so each must say bound or not_bound",
            )
    for name, section in manifest.actions.items():
        for index, action in enumerate(section.outcomes):
            if action.pending is not None and manifest.status is None:
                yield (
                    (name, "outcomes", index, "pending"),
                    "a pending order needs the section status, even if a callback ends it",
                )
    if manifest.withdraw is not None and not manifest.pending_actions:
        yield ("withdraw",), "orders are never pending, so there is nothing to withdraw"
    yield from _callback_problems(manifest, data)


def _batch_problems(manifest: Manifest, data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    looking, unbinding = manifest.lookup_batch, manifest.unbind_batch
    if looking is not None and manifest.lookup is None:
        yield ("lookup_batch",), "requires lookup (one), which looks up a single number"
    if unbinding is not None and manifest.unbind is None:
        yield ("unbind_batch",), "requires unbind, which takes a single order"
    for name, batch in (("lookup_batch", looking), ("unbind_batch", unbinding)):
        if batch is not None and batch.request.python is not None:
            yield (name, "request", "python"), f"the body of a batch must come from {EACH}"
    if looking is not None and manifest.lookup_status is None:
        for index, rule in enumerate(looking.outcomes):
            if rule.pending is not None:
                where = ("lookup_batch", "outcomes", index, "pending")
                yield where, "a pending lookup needs the section lookup_status"
    if unbinding is None:
        return
    for index, order in enumerate(unbinding.outcomes):
        if order.pending is not None and manifest.status is None:
            where = ("unbind_batch", "outcomes", index, "pending")
            yield where, "a pending order needs the section status"
    named = {name for _, name in placeholders(children_at(data["unbind_batch"], "request"))}
    if manifest.idempotency.mode == "key" and "call.idempotency_key" not in named:
        text = "with idempotency mode key each entry needs its own ${call.idempotency_key}"
        yield ("unbind_batch", "request"), text


def _callback_problems(manifest: Manifest, data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    def has_callback_url(*sections: str) -> bool:
        requests = [data.get(name) for name in sections]
        return any(name == "call.callback_url" for _, name in placeholders(requests))

    where = ("callback", "lookup_outcomes")
    nothing = "so there is nothing to report by callback"
    callback = manifest.callback
    if has_callback_url("lookup") and (callback is None or callback.lookup_outcomes is None):
        yield ("lookup",), "sends ${call.callback_url}, so expected callback.lookup_outcomes"
    if callback is not None and callback.outcomes is not None:
        if not manifest.pending_actions:
            yield ("callback",), f"orders are never pending, {nothing}"
        if not has_callback_url(*(kind.value for kind in ActionKind)):
            yield ("callback",), "no request sends the platform ${call.callback_url}"
        for index, order in enumerate(callback.outcomes):
            if (
                order.done is not None
                and order.done.effects is None
                and len(manifest.pending_actions) > 1
            ):
                yield (
                    ("callback", "outcomes", index, "done"),
                    "expected effects: several kinds of order end by callback",
                )
    if callback is not None and callback.lookup_outcomes is not None:
        if not any(rule.pending for rule in (manifest.lookup.outcomes if manifest.lookup else ())):
            yield where, f"lookups are never pending, {nothing}"
        if not has_callback_url("lookup"):
            yield where, "the lookup does not send the platform ${call.callback_url}"
        for index, rule in enumerate(callback.lookup_outcomes):
            dated = rule.bound.bound_date if rule.bound is not None else None
            if dated is not None and dated.format == "before_flag":
                yield (
                    (*where, index, "bound", "bound_date", "format"),
                    "a callback does not know held_since; expected a date",
                )


def _need_problems(manifest: Manifest, data: Mapping[str, Any]) -> Iterator[FieldProblem]:
    for section in (*SECTIONS, *BATCHES):
        for where, name in placeholders(data.get(section), (section,)):
            need = name.removeprefix("subject.")
            if need in set(SubjectNeed) and need not in manifest.subject_needs:
                yield where, f"to use {name}, declare subject_needs: [{need}]"
    for where, rule in _lookup_rules(manifest):
        if rule.bound is None:
            continue
        where = (*where, "bound")
        dated = rule.bound.bound_date
        if dated is None and manifest.dates_bindings:
            yield where, "dates_bindings is true: expected bound_date"
        if (
            dated is not None
            and dated.format == "before_flag"
            and SubjectNeed.HELD_SINCE not in manifest.subject_needs
        ):
            yield (
                (*where, "bound_date", "format"),
                "before_flag refers to held_since: declare subject_needs: [held_since]",
            )


def _platform_problems(manifest: Manifest) -> Iterator[FieldProblem]:
    several = manifest.platforms is not None and len(manifest.platforms) > 1
    for where, rule in _lookup_rules(manifest):
        if rule.bound is not None and several and rule.bound.platform is None:
            yield (*where, "bound"), "expected platform: which platform is the account at?"
        if rule.bound is not None and not several and rule.bound.platform is not None:
            yield (*where, "bound", "platform"), "only for manifests with several platforms"
        if several and rule.pending is not None:
            yield (*where, "pending"), "a lookup at several platforms cannot be pending"


def lookup_sections(manifest: Manifest) -> Iterator[tuple[FieldPath, Any]]:
    """Yield every section that looks up accounts, with its path."""
    if manifest.lookup is not None:
        yield ("lookup",), manifest.lookup
    for index, section in enumerate(manifest.lookups or ()):
        yield ("lookups", index), section
    if manifest.lookup_status is not None:
        yield ("lookup_status",), manifest.lookup_status


def _lookup_rules(manifest: Manifest) -> Iterator[tuple[FieldPath, LookupRule]]:
    for where, section in lookup_sections(manifest):
        for index, rule in enumerate(section.outcomes):
            yield (*where, "outcomes", index), rule
    for index, rule in enumerate(manifest.lookup_batch.outcomes if manifest.lookup_batch else ()):
        yield ("lookup_batch", "outcomes", index), rule
    if manifest.callback is not None:
        for index, rule in enumerate(manifest.callback.lookup_outcomes or ()):
            yield ("callback", "lookup_outcomes", index), rule
