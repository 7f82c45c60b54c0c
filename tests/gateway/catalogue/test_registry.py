"""The registry: contradictions are listed with the reason and affect no other connector."""

from __future__ import annotations

from typing import Any

import pytest
from tests.gateway.conftest import make

from jiebang.gateway.catalogue.catalogue import ConnectorState
from jiebang.gateway.catalogue.configuration import ConfigurationError, configure
from jiebang.gateway.catalogue.registry import ConnectorRegistry
from jiebang.sdk import Capability, Delivery, Precedence, Secret, Setting, SettingType

TOKEN = Setting(name="token", type=SettingType.SECRET, description="from the platform's console")
URL = Setting(name="base_url", type=SettingType.URL, default="https://shop.test")


class _Bare:
    """A connector with a spec but no methods."""

    def __init__(self, spec: object) -> None:
        self.spec = spec


def problems(*connectors: Any, **options: Any) -> list[str]:
    return [problem.message for problem in make.catalogue(*connectors, **options).problems]


def test_a_capability_without_its_method_is_refused() -> None:
    (message,) = problems(_Bare(make.spec(capabilities={Capability.UNBIND})))
    assert message == "connector shop: declares UNBIND without a method `unbind`"


def test_a_method_that_cannot_be_called_is_none() -> None:
    connector: Any = _Bare(make.spec(capabilities={Capability.LOOKUP}))
    connector.lookup = "later"
    assert problems(connector)


@pytest.mark.parametrize("api", [(2, 0), (1, 99), (0, 9)])
def test_another_contract_is_refused(api: tuple[int, int]) -> None:
    (message,) = problems(_Bare(make.spec(capabilities=(), api=api)))
    assert "is for contract" in message


def test_a_connector_that_can_do_nothing_is_refused() -> None:
    assert problems(_Bare(make.spec(capabilities=()))) == ["connector shop: declares no capability"]


@pytest.mark.parametrize("spec", [None, "shop", {"id": "shop"}])
def test_what_has_no_spec_is_refused(spec: object) -> None:
    (message,) = problems(_Bare(spec))
    assert "has no `spec`" in message


def test_answering_later_needs_status() -> None:
    shop = make.shop(delivery={Capability.UNBIND: Delivery.POLL})
    assert problems(shop) == ["connector shop: UNBIND answers later, which requires STATUS"]


def test_callbacks_need_a_scheme_and_a_secret() -> None:
    shop = make.shop(extra=(Capability.STATUS, Capability.CALLBACK), callback_auth=None)
    assert problems(shop) == ["connector shop: declares CALLBACK without `callback_auth`"]


def test_an_id_that_is_taken_is_refused_and_the_first_one_stays() -> None:
    first, second = make.shop(), make.shop()
    catalogue = make.catalogue(first, second)
    assert catalogue.connectors["shop"].connector is first
    assert "its id is taken by" in catalogue.problems[0].message


def test_two_of_the_same_precedence_cannot_speak_for_one_platform() -> None:
    other = make.shop("other", platforms=(make.platform("shop"),))
    (message,) = problems(make.shop(), other)
    assert message == "connector other: shop already serves shop"


def test_the_broken_ones_leave_the_others_alone() -> None:
    catalogue = make.catalogue(_Bare(None), make.shop(), _Bare(make.spec("late")))
    assert list(catalogue.speakers) == ["shop"]
    assert len(catalogue.problems) >= 2


def test_settings_decide_whether_a_connector_is_asked() -> None:
    def state(**options: Any) -> ConnectorState:
        shop = make.shop(settings=(TOKEN, URL))
        return make.catalogue(shop, **options).connectors["shop"].state

    assert state() is ConnectorState.NOT_CONFIGURED
    assert state(settings={"shop": {"token": "t"}}) is ConnectorState.ENABLED
    assert state(settings={"shop": {"base_url": "https://x.test"}}) is ConnectorState.MISCONFIGURED
    given = {"shop": {"token": "t"}}
    assert state(settings=given, disabled=frozenset({"shop"})) is ConnectorState.DISABLED


@pytest.mark.parametrize("how", ["disabled", "misconfigured"])
def test_what_is_not_enabled_is_not_asked(how: str) -> None:
    options: dict[str, Any] = (
        {"disabled": frozenset({"shop"})}
        if how == "disabled"
        else {"settings": {"shop": {"x": ""}}}
    )
    catalogue = make.catalogue(make.shop(), **options)
    assert catalogue.enabled_connector("shop") is None
    assert not catalogue.platforms


def test_settings_for_nobody_are_listed() -> None:
    assert problems(settings={"shpo": {}}) == ["there is no connector 'shpo' to configure"]


def test_a_setting_is_wrapped_defaulted_or_missed_by_name() -> None:
    spec = make.spec(settings=(TOKEN, URL))
    assert configure(spec, {"token": "t-1"}) == {
        "token": Secret("t-1"),
        "base_url": "https://shop.test",
    }
    with pytest.raises(ConfigurationError) as caught:
        configure(spec, {"tokn": "hush", "base_url": "ftp://hush.test"})
    text = str(caught.value)
    assert "JIEBANG_CONNECTORS__SHOP__TOKEN is missing (from the platform's console)" in text
    assert "unknown setting 'tokn'; did you mean 'token'?" in text
    assert "JIEBANG_CONNECTORS__SHOP__BASE_URL is not a URL" in text


@pytest.mark.parametrize(
    "url", ["hush", "http://", "https://hush:99999", "https://[hush", "//hush"]
)
def test_messages_about_settings_never_hold_a_value(url: str) -> None:
    spec = make.spec(settings=(TOKEN, URL))
    with pytest.raises(ConfigurationError) as caught:
        configure(spec, {"token": "hush", "base_url": url})
    assert "hush" not in str(caught.value)


def test_its_own_connector_comes_before_an_aggregator_and_that_before_a_guide() -> None:
    platform = (make.platform("shop"),)
    guide = make.guide()
    guide.spec = make.spec(
        "byhand",
        platforms=platform,
        capabilities={Capability.GUIDANCE},
        precedence=Precedence.GUIDE,
    )
    several = make.shop("several", platforms=platform, precedence=Precedence.AGGREGATOR)
    catalogue = make.catalogue(guide, several, make.shop())
    assert [entry.spec.id for entry in catalogue.speakers["shop"]] == ["shop", "several", "byhand"]
    assert catalogue.speaker("shop").spec.id == "shop"
    moved_down = make.catalogue(guide, several, make.shop(), disabled=frozenset({"shop"}))
    assert moved_down.speaker("shop").spec.id == "several"


def test_a_kind_is_registered_once() -> None:
    class Kind:
        name = "rest"

        def build(self, document: object) -> Any:
            raise NotImplementedError

    registry = ConnectorRegistry()
    registry.add_kind(Kind())
    registry.add_kind(Kind())
    assert [problem.message for problem in registry.problems] == [
        "the kind 'rest' is already registered"
    ]
