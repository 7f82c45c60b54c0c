"""What a connector declares about itself, before any call."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from jiebang.conformance.check import Check
from jiebang.conformance.context import CheckContext, CheckNotApplicable
from jiebang.conformance.level import Level
from jiebang.conformance.report import Failure, failure
from jiebang.conformance.target import manifest_connector
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.sdk import (
    API,
    CONNECTOR_ID,
    LANGUAGES,
    METHODS,
    SHANGHAI,
    ActionKind,
    Capability,
    ContractError,
    Guide,
    SettingType,
)

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SECRETIVE = re.compile(
    r"(^|_)(secret|token|password|passwd|credential|(api|app|access|private|signing)_?key)$"
)
#: What each method is called with, besides `self`.
ARGUMENTS = {
    Capability.LOOKUP: 2,
    Capability.LOOKUP_BATCH: 2,
    Capability.UNBIND_BATCH: 2,
    **{kind.capability: 3 for kind in ActionKind},
    Capability.STATUS: 4,
    Capability.WITHDRAW: 3,
    Capability.CALLBACK: 1,
    Capability.GUIDANCE: 1,
    Capability.CATALOGUE: 1,
}
_PLAIN = frozenset({Capability.CALLBACK, Capability.GUIDANCE})


def declaration_failure(what: str, found: str, expected: str) -> Failure:
    return failure(f"nothing; the declaration: {what}", found, expected)


async def check_names(context: CheckContext) -> AsyncIterator[Failure]:
    """Everything has a name in both languages, and the English one does not contain Chinese."""
    named = [("the connector", context.spec.name)]
    named += [(f"the platform {one.id}", one.name) for one in context.spec.platforms]
    for what, name in named:
        for language in LANGUAGES:
            if not name.get(language, "").strip():
                yield declaration_failure(
                    what, f"no name in {language}", "a name in zh-CN and in en"
                )
        if _CHINESE.search(name.get("en", "")):
            yield declaration_failure(what, f"en: {name['en']}", "an English name, or in pinyin")


async def check_identity(context: CheckContext) -> AsyncIterator[Failure]:
    """Ids are well formed and unique."""
    spec = context.spec
    ids = [one.id for one in spec.platforms]
    expected = f"ids that match {CONNECTOR_ID.pattern}"
    for one in (spec.id, *ids):
        if not CONNECTOR_ID.fullmatch(one):
            yield declaration_failure("ids", one, expected)
    twice = sorted(one for one, count in Counter(ids).items() if count > 1)
    for one in twice:
        yield declaration_failure("platforms", one, "each platform once")


async def check_owner(context: CheckContext) -> AsyncIterator[Failure]:
    """Somebody is responsible for it."""
    if any(one.strip() for one in context.spec.owners):
        return
    yield declaration_failure("owners", "nobody", "the connector's owner")


async def check_guide(context: CheckContext) -> AsyncIterator[Failure]:
    """There are steps in both languages, with a source or an official help page."""
    context.require(Capability.GUIDANCE)
    for platform in context.spec.platforms:
        told = getattr(context.target.connector, METHODS[Capability.GUIDANCE])(platform.id)
        if isinstance(told, Guide):
            for one in _guide_failures(platform.id, told):
                yield one
        else:
            yield declaration_failure(platform.id, type(told).__name__, "a Guide")


def _guide_failures(platform: str, guide: Guide) -> Iterator[Failure]:
    for language in LANGUAGES:
        if not any(step.strip() for step in guide.steps.get(language, ())):
            yield declaration_failure(
                platform, f"no steps in {language}", "steps in zh-CN and in en"
            )
    links = [guide.url, guide.source_url, guide.official_help, *(one.url for one in guide.sources)]
    for link in links:
        if link is not None and not (link.startswith("https://") and urlsplit(link).hostname):
            yield declaration_failure(platform, link, "https links")
    if not (guide.source_url or guide.official_help or guide.url):
        expected = "a source, an official help page or the place itself"
        yield declaration_failure(platform, "nothing to check the steps against", expected)
    today = datetime.now(UTC).astimezone(SHANGHAI).date().isoformat()
    if guide.live_checked is not None and guide.live_checked > today:
        yield declaration_failure(platform, f"checked on {guide.live_checked}", "a day in the past")


async def check_manifest(context: CheckContext) -> AsyncIterator[Failure]:
    """The manifest loads; the error of one that does not names file, line and column."""
    if context.target.source is None:
        raise CheckNotApplicable("it is not a manifest")
    try:
        manifest_connector(context.target.source)
    except ContractError as error:
        yield declaration_failure("the manifest", str(error), "a manifest that loads")
        return


async def check_api_version(context: CheckContext) -> AsyncIterator[Failure]:
    """It uses a contract version that this gateway supports."""
    if context.spec.api[0] == API[0] and context.spec.api <= API:
        return
    said, served = (".".join(map(str, one)) for one in (context.spec.api, API))
    yield declaration_failure("api", said, f"at most {served}, with the same major version")


async def check_capabilities(context: CheckContext) -> AsyncIterator[Failure]:
    """Declared capabilities are implemented, callable and consistent."""
    registry = ConnectorRegistry()
    registry.add(context.target.connector)
    for problem in registry.problems:
        expected = "a connector that the registry accepts"
        yield declaration_failure("capabilities", problem.message, expected)
    for capability in sorted(context.spec.capabilities):
        method = getattr(context.target.connector, METHODS[capability], None)
        if not callable(method) or capability not in ARGUMENTS:
            continue
        count = ARGUMENTS[capability]
        try:
            inspect.signature(method).bind(*[None] * count)
        except TypeError:
            expected = f"a method that takes {count} arguments"
            yield declaration_failure(METHODS[capability], "another signature", expected)
        if inspect.iscoroutinefunction(method) == (capability in _PLAIN):
            expected = "a plain function" if capability in _PLAIN else "an async method"
            yield declaration_failure(METHODS[capability], "the other sort of function", expected)
    for one in Capability if context.target.source is None else ():
        if one not in context.spec.capabilities and _has_override(context, one):
            found = f"an undeclared method {METHODS[one]}"
            yield declaration_failure("capabilities", found, "both or neither")


def _has_override(context: CheckContext, capability: Capability) -> bool:
    """Tell whether the class itself implements it: manifest kinds have every method."""
    kind = type(context.target.connector)
    return METHODS[capability] in vars(kind) and not kind.__module__.startswith("jiebang.")


async def check_settings(context: CheckContext) -> AsyncIterator[Failure]:
    """Secrets are declared as such and have no default; default URLs are https."""
    auth = context.spec.callback_auth
    public = {auth.key} if auth is not None and not auth.secret else set[str]()
    for one in context.spec.settings:
        if one.type is SettingType.SECRET and one.default is not None:
            yield declaration_failure(one.name, "a secret with a default", "a secret without one")
        if one.type is SettingType.TEXT and _SECRETIVE.search(one.name) and one.name not in public:
            yield declaration_failure(one.name, "a setting of type text", "type secret")
        if (
            one.type is SettingType.URL
            and one.default is not None
            and not one.default.startswith("https://")
        ):
            yield declaration_failure(one.name, "a default that is not https", "https")


CHECKS = (
    Check("names", Level.LISTED, check_names),
    Check("identity", Level.LISTED, check_identity),
    Check("owner", Level.LISTED, check_owner),
    Check("guide", Level.LISTED, check_guide),
    Check("manifest", Level.LISTED, check_manifest),
    Check("api-version", Level.BRONZE, check_api_version),
    Check("capabilities", Level.BRONZE, check_capabilities),
    Check("settings", Level.BRONZE, check_settings),
)
