"""`jiebang connector explain` and `docs`: what is sent and how replies are read, without
sending."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.app.commands.connector.running import run

NUMBER = "13912341234"
ACCOUNT = {"uid": "u77", "nick": "南山看海", "regDate": "20190504"}


def explain(name: str, *arguments: str, given: object = None) -> str:
    reply = () if given is None else ("--reply", "-")
    text = given if isinstance(given, str) or given is None else json.dumps(given)
    result = run("explain", name, NUMBER, *reply, *arguments, given=text)
    assert result.exit_code == 0, result.output
    assert NUMBER not in result.output
    return result.output


def test_the_request_is_shown_with_the_number_masked_and_the_secret_blank(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JIEBANG_CONNECTORS__LESHOP__APP_KEY", "a-secret-nobody-sees")
    monkeypatch.setenv("JIEBANG_CONNECTORS__LESHOP__BASE_URL", "https://mall.example/api")
    told = explain("leshop")
    assert "GET https://mall.example/api/rest/phone/accounts?appKey=****&tel=86139****1234" in told
    assert "nobody-sees" not in told


def test_an_order_is_shown_with_its_body() -> None:
    told = explain("leshop", "--operation", "unbind", "--handle", "u77")
    assert "POST https://leshop.example/rest/phone/unbind" in told
    assert "appKey=****&tel=86139****1234&uid=u77" in told


def test_what_the_client_adds_is_shown_too() -> None:
    assert "Authorization: Bearer ****" in explain("yunpan")


def test_a_reply_is_read_by_the_first_rule_that_holds() -> None:
    told = explain("leshop", given={"code": 0, "data": {"list": [ACCOUNT]}})
    assert "-> lookup.outcomes[0] bound" in told
    assert "lookup.outcomes[1]" not in told
    assert "leshop: BOUND, 1 account" in told
    assert "bound on 2019-05-04" in told
    assert "看海" not in told
    assert "u77" not in told


def test_rules_that_do_not_hold_say_why() -> None:
    told = explain("leshop", given={"code": 1001})
    assert "   lookup.outcomes[0] bound: code == `0`" in told
    assert "-> lookup.outcomes[1] not_bound: code == `1001` holds" in told
    assert "leshop: NOT_BOUND" in told


def test_an_answer_nobody_mapped_is_no_absence() -> None:
    told = explain("leshop", given={"code": 77})
    assert "-> table PROTOCOL" in told
    assert "NOT_BOUND" not in told.split("Outcome")[1]


def test_a_status_leads_to_the_table() -> None:
    told = explain("leshop", "--status", "503", given={"code": 1001})
    assert "the status is 503, expected 200" in told
    assert "-> table UNAVAILABLE" in told


def test_a_reply_as_curl_prints_it_brings_its_status() -> None:
    told = explain(
        "yunpan",
        "--operation",
        "unbind",
        given='HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n{"code": "ALREADY_UNBOUND"}',
    )
    assert "unbind.outcomes[0] done: the status is 404, expected 204" in told
    assert "-> unbind.outcomes[1] done: code == 'ALREADY_UNBOUND' holds" in told
    assert "DONE already" in told


def test_what_curl_prints_before_the_answer_is_passed_over() -> None:
    before = "HTTP/1.1 100 Continue\r\n\r\n"
    answer = 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{"bindings": []}'
    assert "NOT_BOUND" in explain("yunpan", given=before + answer)


def test_a_page_for_people_is_blocked_before_any_rule() -> None:
    told = explain("leshop", given="<html>Just a moment</html>")
    assert "no rule is evaluated" in told
    assert "BLOCKED" in told


def test_each_page_is_read_with_its_own_answer(tmp_path: Path) -> None:
    path = tmp_path / "paged.yaml"
    path.write_text(
        """\
manifest: 1
kind: rest
id: paged
version: 0.1.0
name: {zh-CN: 分页, en: Paged}
platform: {category: tools}
config: {base_url: {type: url}}
lookup:
  request: {method: GET, path: /a, params: {phone: "${subject.number}"}}
  pages: {next: next, param: cursor}
  outcomes:
    - {when: {jmespath: "length(rows) > `0`"}, bound: {each: rows, handle: id}}
    - {when: {jmespath: "rows == `[]`"}, not_bound: {}}
""",
        encoding="utf-8",
    )
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_text('{"rows": [{"id": "a"}], "next": "p2"}')
    second.write_text('{"rows": [{"id": "b"}]}')
    told = explain(str(path), "--reply", str(first), "--reply", str(second))
    assert "cursor=p2" in told
    assert "paged: BOUND, 2 accounts" in told


def test_one_answer_for_many_platforms_is_read_entry_by_entry() -> None:
    none = '{"app": "PW-01", "state": "NONE", "users": []}'
    busy = '{"app": "OTHER", "state": "BUSY"}'
    told = explain("yilan", given=f'{{"answers": [{none}, {busy}]}}')
    assert "the entry for PW-01" in told
    assert "errors[0] UNAVAILABLE" in told
    assert "pinwei: NOT_BOUND" in told


def test_a_python_connector_is_run_against_a_client_that_sends_nothing() -> None:
    told = explain("yijian")
    assert "POST https://yijian.example/v1/query" in told
    assert "X-Access-Key: ****" in told


def test_a_batch_is_shown_with_one_entry_and_each_entry_of_its_answer_is_read() -> None:
    mine: object = {"mobile": NUMBER, "code": "NONE", "cards": []}
    other: object = {"mobile": "13800000000", "code": "FOUND", "cards": [{"card": "c1"}]}
    told = explain(
        "shimin", "--operation", "lookup_batch", given={"entries": [other, mine, {"code": "X"}]}
    )
    assert "POST https://shimin.example/v1/cards/lookup" in told
    assert '"mobile": "139****1234"' in told
    assert "entry 1, not asked for\n    -> lookup_batch.outcomes[0] bound" in told
    assert "entry 2, asked for\n       lookup_batch.outcomes[0] bound" in told
    assert "entry 3, without a readable key" in told
    assert "shimin: NOT_BOUND" in told.split("Outcome")[1]
    assert "13800000000" not in told


def test_a_number_that_a_batch_leaves_out_is_no_absence() -> None:
    told = explain("shimin", "--operation", "lookup_batch", given={"entries": [{"mobile": "1"}]})
    assert "PROTOCOL: the answer to the batch lacks this entry" in told
    assert "NOT_BOUND" not in told.split("Outcome")[1]


def test_a_batch_of_orders_is_told_apart_by_its_key() -> None:
    done = {"serial": "IDEMPOTENCY-KEY", "code": "RELEASED"}
    told = explain(
        "shimin", "--operation", "unbind_batch", "--handle", "c1", given={"entries": [done]}
    )
    assert '"serial": "IDEMPOTENCY-KEY"' in told
    assert "-> unbind_batch.outcomes[0] done: code == 'RELEASED' holds" in told
    assert "DONE, " in told
    failed = explain("shimin", "--operation", "unbind_batch", "--status", "502", given={})
    assert "no entry is read" in failed
    assert "the order may have been carried out" in failed


def test_a_withdrawal_is_shown_and_its_answer_read() -> None:
    asked = ("tiandian", "--operation", "withdraw", "--handle", "t-7")
    assert "DELETE https://tiandian.example/open/unbind-tickets/t-7" in explain(*asked)
    told = explain(*asked, given={"state": "WITHDRAWN"})
    assert "-> withdraw.outcomes[0] withdrawn: state == 'WITHDRAWN' holds" in told
    assert told.rstrip().endswith("WITHDRAWN")
    late = explain(*asked, "--status", "409", given={"error": "TOO_LATE"})
    assert late.rstrip().endswith("TOO_LATE")
    assert "PROTOCOL" in explain(*asked, given={"state": "?"}).split("Outcome")[1]


def test_a_callback_is_read_rule_by_rule() -> None:
    asked = ("luntan", "--operation", "callback")
    bare = explain(*asked)
    assert "StandardWebhooks verifies, with the setting callback_secret" in bare
    assert "--reply" in bare
    told = explain(*asked, given={"case_id": "k-1", "state": "DONE", "reason": None})
    assert "   callback.outcomes[0] done: " in told
    assert "-> callback.outcomes[1] done: " in told
    assert "an id in the body\n  DONE, " in told
    assert "k-1" not in told


def test_a_callback_that_somebody_elses_connector_trips_over_is_its_bug(tmp_path: Path) -> None:
    path = tmp_path / "trusting_of_a_test.py"
    path.write_text(
        """\
from dataclasses import replace
from jiebang.connectors.one_click import OneClick
from jiebang.sdk import Capability, StandardWebhooks, hookimpl

PLAIN = OneClick().spec

class Trusting(OneClick):
    spec = replace(
        PLAIN,
        id="trusting",
        capabilities=PLAIN.capabilities | {Capability.STATUS, Capability.CALLBACK},
        callback_auth=StandardWebhooks(key=PLAIN.settings[-1].name),
    )

    def __init__(self):
        pass

    async def status(self, subject, pending, asked, call):
        raise NotImplementedError

    def parse_callback(self, event):
        return event.json["case"]

@hookimpl
def jiebang_register_connectors(registry):
    registry.add(Trusting())
""",
        encoding="utf-8",
    )
    told = explain(str(path), "--operation", "callback", given={"number": NUMBER})
    assert "BUG: the connector raised KeyError" in told


@pytest.mark.parametrize(
    "body", ['{"case_id": "k-1", "state": "?"}', "<html>", '{"state": "DONE"}']
)
def test_a_callback_nobody_mapped_says_nothing(body: str) -> None:
    told = explain("luntan", "--operation", "callback", given=body)
    assert "ignored, and the platform is polled" in told
    assert "DONE, " not in told


def test_a_number_in_an_error_of_somebody_elses_connector_is_masked(tmp_path: Path) -> None:
    path = tmp_path / "talkative_of_a_test.py"
    path.write_text(
        """\
from jiebang.connectors.one_click import OneClick
from jiebang.sdk import ProtocolFault, hookimpl

class Talkative(OneClick):
    async def lookup(self, subject, call):
        raise ProtocolFault(f"nothing for {subject.number}")

@hookimpl
def jiebang_register_connectors(registry):
    registry.add(Talkative())
""",
        encoding="utf-8",
    )
    assert "PROTOCOL: nothing for +86139****1234" in explain(str(path))


def test_a_page_about_a_connector_is_the_same_every_time(tmp_path: Path) -> None:
    first = run("docs", "leshop").stdout
    assert first == run("docs", "leshop").stdout
    assert "# Legou Mall (乐购商城)" in first
    assert "`JIEBANG_CONNECTORS__LESHOP__APP_KEY` | secret" in first
    assert "| lookup | `GET /rest/phone/accounts` | bound, not_bound |" in first
    written = run("docs", "leshop", "-o", str(tmp_path / "pages"))
    assert written.exit_code == 0
    assert (tmp_path / "pages" / "leshop.md").read_text("utf-8") == first


@pytest.mark.parametrize("name", ["yijian", "yilan", "guide_uber", "luntan"])
def test_every_sort_of_connector_has_a_page(name: str) -> None:
    result = run("docs", name)
    assert result.exit_code == 0, result.output
    assert "## Capabilities" in result.output
    platforms = result.output.partition("## Platforms")[2].partition("## ")[0]
    assert ("| `" in platforms) is (name != "yilan")
