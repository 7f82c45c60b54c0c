"""Guides: no interface, only steps."""

from __future__ import annotations

import pytest
from tests.connectors.conftest import Load, complaint

from jiebang.connectors.guide import GuideConnector
from jiebang.sdk import METHODS, Capability, Delivery, Guide, GuideSource, Precedence, Unsupported

GUIDE = """\
manifest: 1
kind: guide
id: tiny
version: 0.1.0
name: {zh-CN: 小站, en: Tiny}
platform: {id: tiny_site, category: community, site: "https://tiny.example"}
guide:
  difficulty: hard
  url: https://tiny.example/phone
  proof: {zh-CN: 入网证明, en: A statement of activation}
  steps: {zh-CN: [打开, 更换], en: [Open, Change]}
  source: {url: "https://tiny.example/help", dated: 2026-01-02, read_on: 2026-06-01}
"""


def test_a_guide_carries_its_steps_and_where_they_come_from(loaded: Load) -> None:
    connector = loaded(GUIDE)
    assert isinstance(connector, GuideConnector)
    assert connector.guide("tiny_site") == Guide(
        id="tiny",
        steps={"zh-CN": ("打开", "更换"), "en": ("Open", "Change")},
        url="https://tiny.example/phone",
        proof={"zh-CN": "入网证明", "en": "A statement of activation"},
        difficulty="hard",
        source_url="https://tiny.example/help",
        source_dated="2026-01-02",
        read_on="2026-06-01",
        sources=(
            GuideSource(url="https://tiny.example/help", dated="2026-01-02", read_on="2026-06-01"),
        ),
    )
    assert connector.spec.precedence is Precedence.GUIDE
    assert connector.spec.capabilities == {Capability.GUIDANCE}
    assert connector.spec.delivery_of(Capability.GUIDANCE) is Delivery.MANUAL
    assert hasattr(connector, METHODS[Capability.GUIDANCE])
    with pytest.raises(Unsupported):
        connector.guide("another")


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (", en: [Open, Change]}", "}", "acme.yaml:11:3 guide.steps: missing in en"),
        ("[Open, Change]", "[]", "acme.yaml:11:28 guide.steps.en: expected at least one entry"),
        ("url: https://tiny.example/phone", "url: http://x", "acme.yaml:9:3 guide.url: expected"),
        ("hard", "awful", "acme.yaml:8:3 guide.difficulty: expected 'easy', 'medium'"),
        ("2026-06-01", "yesterday", "guide.source.read_on: expected a day such as 2026-11-01"),
        ("guide:\n", "guides:\n", "acme.yaml:7:1 guides: unexpected field; did you mean guide?"),
    ],
)
def test_a_mistake_in_a_guide_is_named(loaded: Load, right: str, wrong: str, message: str) -> None:
    assert right in GUIDE
    assert message in complaint(loaded, GUIDE.replace(right, wrong, 1))
