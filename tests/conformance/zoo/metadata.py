"""Faulty declarations: the connector works, but describes itself wrongly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.conformance.zoo.acme import BASE_URL, SECRET_TOKEN, SPEC, Acme, Polled
from tests.conformance.zoo.faulty_connector import FaultyConnector

from jiebang.sdk import (
    Capability,
    ConnectorSpec,
    Delivery,
    Guide,
    Limits,
    Precedence,
    Setting,
    SettingType,
    VerifiedCallback,
)


class ChineseTwice(Acme):
    """Uses its Chinese name as its English one."""

    spec = replace(SPEC, name={"zh-CN": "艾克米商城", "en": "艾克米商城"})


class OddId(Acme):
    """Has a platform id with a capital letter and a hyphen."""

    spec = replace(SPEC, platforms=(replace(SPEC.platforms[0], id="Acme-Mall"),))


class Orphan(Acme):
    """Does not name an owner."""

    spec = replace(SPEC, owners=())


class FromTheFuture(Acme):
    """Declares a contract version that does not exist yet."""

    spec = replace(SPEC, api=(2, 0))


class PromisesLocks(Acme):
    """Declares a capability without its method."""

    spec = replace(SPEC, capabilities=SPEC.capabilities | {Capability.LOCK_ACCOUNT})


class OtherArguments(Acme):
    """Has a method with other parameters than the contract's."""

    async def lookup(self, subject: Any) -> Any:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        return None


class NeverAsked(Polled):
    """Answers later, but cannot be polled."""

    spec = replace(SPEC, delivery={Capability.UNBIND: Delivery.POLL})


class Unsigned(Polled):
    """Accepts callbacks from anybody: it does not name a scheme to verify them."""

    spec = replace(
        SPEC,
        capabilities=SPEC.capabilities | {Capability.STATUS, Capability.CALLBACK},
        delivery={Capability.UNBIND: Delivery.CALLBACK},
    )

    def parse_callback(self, event: VerifiedCallback) -> Any:
        return ()


class SecretByDefault(Acme):
    """Ships with a token."""

    spec = replace(SPEC, settings=(BASE_URL, replace(SECRET_TOKEN, default="sesame-9f31c2")))


class PlainHttp(Acme):
    """Uses plain http by default."""

    spec = replace(
        SPEC,
        settings=(
            Setting(name="base_url", type=SettingType.URL, default="http://api.acme.example"),
            SECRET_TOKEN,
        ),
    )


class Boundless(Acme):
    """Does not declare a rate limit."""

    spec = replace(SPEC, limits=Limits())


class Undocumented(Acme):
    """Does not name a page about the platform's interface."""

    spec = replace(SPEC, docs=None)


GUIDE_SPEC = ConnectorSpec(
    id="old_bbs",
    version="0.1.0",
    name={"zh-CN": "老论坛", "en": "Old BBS"},
    platforms=SPEC.platforms,
    capabilities=frozenset({Capability.GUIDANCE}),
    delivery={Capability.GUIDANCE: Delivery.MANUAL},
    precedence=Precedence.GUIDE,
    owners=SPEC.owners,
)
STEPS = Guide(
    id="old_bbs",
    steps={"zh-CN": ("打开账号安全",), "en": ("Open account security",)},
    url="https://bbs.example/account",
)


@dataclass(frozen=True, slots=True)
class Steps:
    """A good guide."""

    spec: ConnectorSpec = GUIDE_SPEC
    content: Guide = STEPS

    def guide(self, platform: str) -> Guide:
        return self.content


class PlainLink(Steps):
    """Links to a page without https."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, url="http://bbs.example/account")


class CheckedTomorrow(Steps):
    """Claims to have been checked on a date in the future."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, live_checked="2999-01-01")


class Hearsay(Steps):
    """Does not name a source for its steps."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, url=None)


class OneLanguage(Steps):
    """Has its steps in one language only."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, steps={"zh-CN": ("打开账号安全",)})


class Eager(Acme):
    """Resolves a host name while its module is imported."""


ANIMALS = (
    FaultyConnector(ChineseTwice(), "names"),
    FaultyConnector(OddId(), "identity"),
    FaultyConnector(Orphan(), "owner"),
    FaultyConnector(FromTheFuture(), "api-version"),
    FaultyConnector(PromisesLocks(), "capabilities"),
    FaultyConnector(OtherArguments(), "capabilities"),
    FaultyConnector(NeverAsked(), "capabilities"),
    FaultyConnector(Unsigned(), "capabilities"),
    FaultyConnector(SecretByDefault(), "settings"),
    FaultyConnector(PlainHttp(), "settings"),
    FaultyConnector(Boundless(), "rate"),
    FaultyConnector(Undocumented(), "docs"),
    FaultyConnector(PlainLink(), "guide"),
    FaultyConnector(CheckedTomorrow(), "guide"),
    FaultyConnector(Hearsay(), "guide"),
    FaultyConnector(OneLanguage(), "guide"),
    FaultyConnector(Eager(), "import", {"module": "tests.conformance.zoo.import_effect"}),
)
