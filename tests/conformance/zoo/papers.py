"""Wrong declarations: the connector works, but says of itself what is not so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.conformance.zoo.acme import BASE_URL, SECRET_TOKEN, SPEC, Acme, Polled
from tests.conformance.zoo.animal import FaultyConnector

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
    """Has its Chinese name for an English one."""

    spec = replace(SPEC, name={"zh-CN": "艾克米商城", "en": "艾克米商城"})


class OddId(Acme):
    """Its platform's id has a capital letter and a hyphen."""

    spec = replace(SPEC, platforms=(replace(SPEC.platforms[0], id="Acme-Mall"),))


class Orphan(Acme):
    """Nobody looks after it."""

    spec = replace(SPEC, owners=())


class FromTheFuture(Acme):
    """Speaks a contract that does not exist yet."""

    spec = replace(SPEC, api=(2, 0))


class PromisesLocks(Acme):
    """Declares a capability it has no method for."""

    spec = replace(SPEC, capabilities=SPEC.capabilities | {Capability.LOCK_ACCOUNT})


class OtherArguments(Acme):
    """Its method is not called as the contract calls it."""

    async def lookup(self, subject: Any) -> Any:  # type: ignore[override] # pyright: ignore[reportIncompatibleMethodOverride]
        return None


class NeverAsked(Polled):
    """Answers later, and cannot be asked how far it is."""

    spec = replace(SPEC, delivery={Capability.UNBIND: Delivery.POLL})


class Unsigned(Polled):
    """Takes callbacks from anybody: it names no scheme to check them by."""

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
    """Asks over plain http unless told otherwise."""

    spec = replace(
        SPEC,
        settings=(
            Setting(name="base_url", type=SettingType.URL, default="http://api.acme.example"),
            SECRET_TOKEN,
        ),
    )


class Boundless(Acme):
    """Says nothing about how often it may ask."""

    spec = replace(SPEC, limits=Limits())


class Undocumented(Acme):
    """Names no page about the platform's interface."""

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
    """Sends people to a page without https."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, url="http://bbs.example/account")


class CheckedTomorrow(Steps):
    """Was walked on a day that has not been."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, live_checked="2999-01-01")


class Hearsay(Steps):
    """Names nothing that its steps could be checked by."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, url=None)


class OneLanguage(Steps):
    """Has its steps in one language only."""

    def guide(self, platform: str) -> Guide:
        return replace(STEPS, steps={"zh-CN": ("打开账号安全",)})


class Eager(Acme):
    """Its module resolves a name while it is imported."""


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
    FaultyConnector(Eager(), "import", {"module": "tests.conformance.zoo.eager"}),
)
