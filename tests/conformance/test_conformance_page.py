"""The examples of docs/conformance.md, extracted from its text."""

from __future__ import annotations

import re
from pathlib import Path

from jiebang.conformance import CHECKS, Level, Verdict, conformance, examine_manifest

PAGE = (Path(__file__).parents[2] / "docs/conformance.md").read_text(encoding="utf-8")
PYTHON, *_ = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
RECORDED, *_ = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)

MANIFEST = """\
manifest: 1
kind: rest
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: tools}
owners: [acme-team]
config: {base_url: {type: url}}
lookup:
  request: {method: GET, path: /v1/bindings, params: {phone: "${subject.number}"}}
  outcomes:
    - when: {status: 200, jmespath: "length(bindings) > `0`"}
      bound: {each: bindings, handle: id, label: {from: nick, mask: name}}
    - {when: {status: 200, jmespath: "bindings == `[]`"}, not_bound: {}}
"""


def test_the_line_for_pytest_makes_a_test_of_every_check() -> None:
    names: dict[str, object] = {"Acme": object, "make_fake_acme": lambda: None}
    exec(PYTHON, names)
    made = {name for name in dir(names["TestAcme"]) if name.startswith("test_")}
    assert made == {f"test_{check.replace('-', '_')}" for check in CHECKS}
    assert names["conformance"] is conformance


async def test_the_recorded_exchanges_are_read_as_they_say(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "acme.fixtures.yaml").write_text(RECORDED, encoding="utf-8")
    report = await examine_manifest(path)
    recorded = report.of("fixtures")
    assert recorded.verdict is Verdict.PASSED, recorded.findings
    assert report.level is not None
    assert report.level >= Level.BRONZE
