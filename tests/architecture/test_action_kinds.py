"""A new kind of action is written down in six places, and everything else follows.

The test adds one to a copy of the code, by text alone, and asks the copy what it can do.
docs/decisions/0021-action-kinds.md says why there are six.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jiebang.sdk import METHODS, ActionKind, Capability

REPOSITORY = Path(__file__).parents[2]
ROLES = ("connectors", "gateway", "schema")
MOST = 6

ACTIONS = "connectors/jiebang/sdk/actions.py"
PROTOCOLS = "connectors/jiebang/sdk/connector.py"
NAMES = "connectors/jiebang/sdk/__init__.py"
MANIFESTS = "connectors/jiebang/connectors/rest/order.py"
BASES = "gateway/jiebang/gateway/domain/tenure.py"
WORDS = "gateway/jiebang/app/http/action_terms.py"

#: By file: what is written before which line.
ADDITIONS: Mapping[str, list[tuple[str, str]]] = {
    ACTIONS: [
        ("\n    @property\n    def meaning(", '    SEND_COPY = "send_copy"\n'),
        ("\n    @classmethod\n    def of(", '    SEND_COPY = "send_copy"\n'),
        (
            "    ActionKind.NOTIFY_HOLDER: _Action(",
            """\
    ActionKind.SEND_COPY: _Action(
        meaning="Send the owner a copy of what the account holds.",
        ability="Send an account's owner a copy of it.",
        order="The owners of chosen accounts are to get a copy.",
        effects=frozenset({Effect.HOLDER_NOTIFIED}),
    ),
""",
        ),
    ],
    PROTOCOLS: [
        (
            "class CanNotifyHolder(",
            '''\
class CanSendCopy(Connector, Protocol):
    async def send_copy(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        """Send the account's owner a copy of what it holds."""
        ...


''',
        )
    ],
    NAMES: [("    CanStatus,", "    CanSendCopy,\n"), ('    "CanStatus",', '    "CanSendCopy",\n')],
    MANIFESTS: [
        ("    notify_holder: A | None", "    send_copy: A | None = None\n"),
        (
            "    async def notify_holder(",
            """\
    async def send_copy(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        return await self._order(ActionKind.SEND_COPY, subject, account, call)

""",
        ),
    ],
    BASES: [
        (
            "    ActionKind.NOTIFY_HOLDER: frozenset(",
            "    ActionKind.SEND_COPY: frozenset({Basis.FORMER}),\n",
        )
    ],
    WORDS: [
        (
            "    ActionKind.NOTIFY_HOLDER: ActionTerms(",
            """\
    ActionKind.SEND_COPY: ActionTerms(
        name=("寄送副本", "send a copy"),
        capability=("寄送副本", "Send a copy"),
        operation=("寄送副本", "Send copies"),
        offer=(("寄一份副本", "Send a copy"), ("寄给账号主人。", "It goes to the owner.")),
        lead=("{platforms} 个平台，{n} 个账号。", "Platforms: {platforms}. Accounts: {n}."),
        will=(("一", "one"), ("二", "two")),
        wont=(("三", "three"), ("四", "four")),
        go=("请平台寄送", "Ask to send"),
    ),
""",
        )
    ],
}

#: Prints what the copy says of the new kind, as JSON.
PROBE = '''
import asyncio, json, sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import jiebang.sdk
from jiebang.app.commands.connector.placeholder import OPERATIONS, WRITES
from jiebang.app.http.console import TERMS
from jiebang.conformance.checks.declaration import ARGUMENTS
from jiebang.conformance.fixture import CALLS
from jiebang.connectors.graphql import GraphqlKind
from jiebang.connectors.kinds import load
from jiebang.connectors.rest import RestKind
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.eligibility import refusal
from jiebang.gateway.domain.tenure import Current, Former
from jiebang.schema.schema import print_schema
from jiebang.sdk import Account, ActionKind, BindingDate, Capability, Subject
from scripts import contract_page

HEAD = """
manifest: 1
id: acme
version: "1.0"
name: {zh-CN: 顶点, en: Acme}
platform: {category: social}
config: {base_url: {type: url, default: https://acme.example}}
"""
REST = HEAD + """
kind: rest
lookup:
  request: {method: GET, path: /lookup, params: {n: "${subject.number}"}}
  outcomes: [{when: {status: 404}, not_bound: {}}]
send_copy:
  request: {method: POST, path: /copy, json: {id: "${account.handle}"}}
  outcomes: [{when: {status: 204}, done: {}}]
"""
GRAPHQL = HEAD + """
kind: graphql
lookup:
  document: "query ($n: String!) { user(n: $n) { id } }"
  variables: {n: "${subject.number}"}
  outcomes: [{when: {jmespath: "!data.user"}, not_bound: {}}]
send_copy:
  document: "mutation ($id: ID!) { copy(id: $id) }"
  variables: {id: "${account.handle}"}
  outcomes: [{when: {jmespath: "data.copy"}, done: {}}]
"""
KINDS = {"rest": RestKind(), "graphql": GraphqlKind()}


class Http:
    async def send(self, method, path, **given):
        self.sent = [method, path, given["json"]]
        return SimpleNamespace(
            status=204, headers={}, body=b"", retry_after=None, json=lambda: None
        )


def connector(text):
    path = Path(sys.argv[1])
    path.write_text(text, encoding="utf-8")
    return load(path, KINDS)


async def order(one):
    http = Http()
    call = SimpleNamespace(
        http=http, settings={"base_url": "https://acme.example"}, platforms=one.spec.platform_ids,
        deadline=datetime.now(UTC) + timedelta(minutes=1), idempotency_key="k", callback_url=None,
    )
    account = Account(handle="u-1", platform="acme")
    done = await one.send_copy(Subject(number="+8613800001234", region="CN"), account, call)
    return [*http.sent, sorted(done.effects)]


def eligible(tenure, bound):
    return refusal(
        ActionKind.SEND_COPY,
        Account(handle="u-1", platform="acme", bound=BindingDate.on(bound)),
        tenure,
        capabilities=frozenset({Capability.SEND_COPY}),
        policy=TenantPolicy(),
    )


rest, graphql = connector(REST), connector(GRAPHQL)
print(json.dumps({
    "home": jiebang.sdk.__file__,
    "method": jiebang.sdk.METHODS[Capability.SEND_COPY],
    "protocol": hasattr(jiebang.sdk, "CanSendCopy"),
    "declared": [Capability.SEND_COPY in one.spec.capabilities for one in (rest, graphql)],
    "ordered": asyncio.run(order(rest)),
    "kit": ["send_copy" in CALLS, ARGUMENTS[Capability.SEND_COPY]],
    "explain": [Capability.SEND_COPY in one for one in (OPERATIONS, WRITES)],
    "sdl": print_schema(),
    "refusals": [
        eligible(Former(held_from=date(2020, 1, 1), held_until=date(2024, 1, 1)), date(2022, 1, 1)),
        eligible(Current(activated_on=date(2024, 1, 1)), date(2022, 1, 1)),
    ],
    "terms": TERMS,
    "contract": contract_page.page(),
    "list": contract_page.fill_kinds("<!-- kinds: name --><!-- /kinds -->"),
}))
'''


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What a copy with one more kind says of it."""
    copy = tmp_path_factory.mktemp("copy")
    skip = shutil.ignore_patterns("__pycache__")
    for role in ROLES:
        shutil.copytree(REPOSITORY / role / "jiebang", copy / role / "jiebang", ignore=skip)
    (copy / "scripts").mkdir()
    shutil.copy(REPOSITORY / "scripts/contract_page.py", copy / "scripts")
    for name, additions in ADDITIONS.items():
        text = (copy / name).read_text(encoding="utf-8")
        for anchor, added in additions:
            assert text.count(anchor) == 1, f"where in {name} is {anchor!r}?"
            text = text.replace(anchor, added + anchor)
        (copy / name).write_text(text, encoding="utf-8")
    paths = [*(str(copy / role) for role in ROLES), str(copy)]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, copy / "acme.yaml"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"is there another place for a kind?\n{done.stderr}"
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["home"].startswith(str(copy))
    return answer


def test_a_new_kind_is_written_in_few_files() -> None:
    assert len(ADDITIONS) <= MOST


def test_no_other_file_lists_the_kinds() -> None:
    assert listing_files() == set(ADDITIONS), "let it read `ActionKind` instead"


def test_the_contract_has_its_method(told: Mapping[str, Any]) -> None:
    assert (told["method"], told["protocol"]) == ("send_copy", True)


def test_a_manifest_with_its_section_is_a_connector_that_does_it(told: Mapping[str, Any]) -> None:
    assert told["declared"] == [True, True]
    assert told["ordered"] == ["POST", "/copy", {"id": "u-1"}, ["holder_notified"]]


def test_the_kit_and_the_commands_know_it(told: Mapping[str, Any]) -> None:
    assert told["kit"] == [True, 3]
    assert told["explain"] == [True, True]


def test_graphql_explains_it(told: Mapping[str, Any]) -> None:
    for name, about in (
        ("SEND_COPY", "Send the owner a copy of what the account holds."),
        ("SEND_COPY", "Send an account's owner a copy of it."),
        ("ORDER_SEND_COPY", "The owners of chosen accounts are to get a copy."),
    ):
        assert re.search(rf'"""{re.escape(about)}"""\s+{name}\n', told["sdl"])


def test_a_basis_may_ask_for_it_and_the_others_may_not(told: Mapping[str, Any]) -> None:
    assert told["refusals"] == [None, "claim_not_covered"]


def test_the_page_has_its_words_in_both_languages(told: Mapping[str, Any]) -> None:
    terms = told["terms"]
    assert terms["kind"]["SEND_COPY"] == ["寄送副本", "send a copy"]
    assert terms["offer"]["SEND_COPY"] == ["寄一份副本", "Send a copy"]
    assert terms["capability"]["SEND_COPY"] == ["寄送副本", "Send a copy"]
    assert terms["operation"]["ORDER_SEND_COPY"] == ["寄送副本", "Send copies"]
    assert terms["confirm"]["SEND_COPY.wont2"] == ["四", "four"]


def test_the_documentation_names_it(told: Mapping[str, Any]) -> None:
    assert "| `SEND_COPY` | `send_copy` | `HOLDER_NOTIFIED` |" in told["contract"]
    assert "### CanSendCopy" in told["contract"]
    assert "`SEND_COPY`" in told["list"]


def test_a_kind_has_one_word_everywhere() -> None:
    for kind in ActionKind:
        assert kind.capability is Capability.of(kind)
        assert METHODS[kind.capability] == kind.capability.value == kind.value
        assert all((kind.meaning, kind.ability, kind.order, kind.effects))
        assert kind.batch is None or METHODS[kind.batch] == f"{kind.value}_batch"


OTHERS = ("docs", "scripts")
_TEXTS = {".py", ".js", ".html", ".css", ".json", ".graphql", ".yaml", ".toml", ".po", ".md"}
#: Written by scripts, or what one platform takes.
_NOT_BY_HAND = re.compile(
    r"schema/jiebang/schema/(schema|released)\.graphql|docs/contract\.md"
    r"|connectors/jiebang/connectors/catalogue/"
)
_GENERATED_LIST = re.compile(r"<!-- kinds: \w+ -->.*?<!-- /kinds -->")


@cache
def listing_files() -> set[str]:
    """The files written by hand that name more than one kind beside the unbinding."""
    words = [re.compile(kind.value.replace("_", "_?"), re.I) for kind in list(ActionKind)[1:]]
    found: set[str] = set()
    roots = [*(REPOSITORY / role / "jiebang" for role in ROLES), *map(REPOSITORY.joinpath, OTHERS)]
    for path in (path for root in roots for path in root.rglob("*") if path.suffix in _TEXTS):
        name = path.relative_to(REPOSITORY).as_posix()
        if _NOT_BY_HAND.match(name):
            continue
        text = _GENERATED_LIST.sub("", path.read_text(encoding="utf-8"))
        if sum(word.search(text) is not None for word in words) > 1:
            found.add(name)
    return found
