"""The examples of `docs/connectors.md` run as they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jiebang.connectors.graphql.model import Graphql, LookupAsked
from jiebang.connectors.guide import GuideConnector
from jiebang.connectors.rest.check import SECTIONS
from jiebang.connectors.rest.model import Rest
from jiebang.connectors.rest.rule import ActionRule, LookupRule, WithdrawRule
from jiebang.connectors.scim.model import Scim
from jiebang.sdk import (
    METHODS,
    Account,
    BindingDate,
    Bound,
    Capability,
    Connector,
    Done,
    ErrorCode,
    NotBound,
    RateLimited,
    Subject,
)

PAGE = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


class RecordingRegistry:
    """Collects what a plugin registers."""

    def __init__(self) -> None:
        self.connectors: list[Any] = []

    def add(self, connector: Any) -> None:
        self.connectors.append(connector)


async def test_the_python_example_runs_as_it_stands(
    platform: Any, call_to: Any, subject: Subject
) -> None:
    (source,) = blocks("python")
    module: dict[str, Any] = {"__name__": "jiebang_connector_acme"}
    exec(compile(source, "docs/connectors.md", "exec"), module)  # the page's own text
    shelf = RecordingRegistry()
    module["jiebang_register_connectors"](shelf)
    (acme,) = shelf.connectors
    call = call_to(acme.spec, platform.url)
    platform.answers_with(200, {"bindings": [{"id": "b1"}]})
    answer = await acme.lookup(subject, call)
    assert answer == Bound(accounts=(Account(handle="b1", platform="acme"),))
    assert platform.seen[0].query == {"phone": subject.number}
    platform.answers_with(200, {"bindings": []})
    assert isinstance(await acme.lookup(subject, call), NotBound)
    body = source.split("class Acme")[1].split("@hookimpl")[0]
    assert len(body.strip().splitlines()) <= 15, "small enough to be read at once"


async def test_the_rest_example_runs_as_it_stands(
    loaded: Callable[[str], Connector], platform: Any, call_to: Any, subject: Subject
) -> None:
    _, text = blocks("yaml")
    acme: Any = loaded(text)
    call = call_to(acme.spec, platform.url, token="t")
    row: dict[str, object] = {"id": "b1", "nick": "张三", "bound_on": "2022-03-01", "blockers": []}
    platform.answers_with(200, {"bindings": [row]})
    answer = await acme.lookup(subject, call)
    assert isinstance(answer, Bound)
    (account,) = answer.accounts
    assert account.label == "张**"
    assert isinstance(account.bound, BindingDate)
    platform.answers_with(404, {"code": "ALREADY_UNBOUND"})
    assert await acme.unbind(subject, account, call) == Done(already=True)
    assert platform.seen[-1].headers["idempotency-key"] == "key-1"
    platform.answers_with(400, {"code": "QUOTA"})
    with pytest.raises(RateLimited):
        await acme.lookup(subject, call)
    assert len(text.strip().splitlines()) <= 40


def test_the_guide_example_loads_as_it_stands(loaded: Callable[[str], Connector]) -> None:
    text, _ = blocks("yaml")
    assert isinstance(loaded(text), GuideConnector)
    assert len(text.strip().splitlines()) <= 10


def test_the_page_names_every_section_outcome_error_and_method() -> None:
    common = {"manifest", "kind", "id", "version", "name", "docs", "owners"}
    names = set(Rest.model_fields) - common
    names |= set(Graphql.model_fields) - {"path", *names, *common}
    names |= set(Scim.model_fields) - common
    names |= set(LookupAsked.model_fields) - {"outcomes"}
    names |= set(SECTIONS)
    for rule in (LookupRule, ActionRule, WithdrawRule):
        names |= set(rule.model_fields)
    names |= {code.name for code in ErrorCode}
    names |= {METHODS[one] for one in Capability}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []
