"""A person proves a number on the page or in an app, and what the token permits."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from tests.e2e.conftest import CARRIER, Service, request_of, run_service

from jiebang.app.demo.issuer import DemoIssuer
from jiebang.app.demo.people import write_people
from jiebang.gateway.domain.caller import Scope

Json: TypeAlias = "dict[str, Any]"

NUMBER = "13900000001"
STRANGE = "13712345678"
APP = {Scope.POSSESSION_PROVE}


@pytest.fixture
async def page(dsn: str, sandbox: str) -> AsyncGenerator[Service]:
    async with run_service(
        dsn, sandbox, DEMO="true", PAGE_TENANT=CARRIER, TRUSTED_PROXIES="127.0.0.1"
    ) as running:
        yield running


async def request_code(
    service: Service, token: str | None, source: str = "192.0.2.1", **input: object
) -> Json:
    body = request_of("request_possession_code", {"input": {"number": NUMBER, **input}})
    _, answer = await service.post(token, body, {"X-Forwarded-For": source})
    return answer


async def confirm_code(service: Service, token: str | None, id: str, code: str) -> Json:
    answer = await service.run(token, "confirm_possession", input={"id": id, "code": code})
    assert "errors" not in answer, answer
    result: Json = answer["data"]["confirmPossession"]
    return result


async def last_code(service: Service, number: str = NUMBER) -> str:
    """Return the latest code on the phone with this number."""
    url = f"{service.sandbox}/inbox.json"
    async with service.session.get(url, params={"number": number}) as reply:
        newest: str = (await reply.json())["messages"][0]["text"]
    found: str = re.findall(r"\d{6}", newest)[0]
    return found


async def prove_possession(
    service: Service, token: str | None, number: str = NUMBER, **more: str
) -> Json:
    sent = (await request_code(service, token, number=number, **more))["data"][
        "requestPossessionCode"
    ]
    return await confirm_code(service, token, sent["id"], await last_code(service, number))


async def test_a_visitor_proves_a_number_and_sees_its_accounts_without_names(page: Service) -> None:
    sent = (await request_code(page, None))["data"]["requestPossessionCode"]
    assert (sent["__typename"], sent["number"]) == ("PossessionCodeSent", "139****0001")
    proof = await confirm_code(page, None, sent["id"], await last_code(page))
    assert (proof["__typename"], proof["number"]) == ("PossessionProven", "139****0001")
    assert proof["basis"] == "CURRENT"
    accounts = await page.lookup(proof["token"])
    found = [account for one in accounts["platforms"] for account in one["accounts"] or ()]
    assert found
    assert {account["relation"] for account in found} == {"UNDATED"}
    assert {(account["label"], account["eligible"]) for account in found} == {(None, False)}


async def test_the_answer_is_the_same_whether_or_not_anybody_knows_the_number(
    page: Service,
) -> None:
    known = (await request_code(page, None))["data"]["requestPossessionCode"]
    strange = (await request_code(page, None, number=STRANGE))["data"]["requestPossessionCode"]
    assert known.keys() == strange.keys()
    assert known["__typename"] == strange["__typename"] == "PossessionCodeSent"
    assert await last_code(page, STRANGE)


async def test_wrong_codes_are_counted_and_say_so(page: Service) -> None:
    sent = (await request_code(page, None))["data"]["requestPossessionCode"]
    wrong = f"{(int(await last_code(page)) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1, 0):
        refused = await confirm_code(page, None, sent["id"], wrong)
        assert (refused["reason"], refused["attemptsLeft"]) == ("CODE_WRONG", left)
    refused = await confirm_code(page, None, sent["id"], await last_code(page))
    assert (refused["code"], refused["reason"]) == ("TOO_MANY_REQUESTS", "TOO_MANY_ATTEMPTS")
    assert refused["retryAt"]


@pytest.mark.parametrize("id", ["", "nonsense", "UmVuZXdhbDox", "13900000001"])
async def test_an_id_of_nothing_is_no_code(page: Service, id: str) -> None:
    refused = await confirm_code(page, None, id, "123456")
    assert (refused["code"], refused["reason"]) == ("IDENTIFIER_NOT_FOUND", "CODE_EXPIRED")


async def test_visitors_are_counted_by_the_address_that_the_proxy_saw(page: Service) -> None:
    for last in range(10):
        answer = await request_code(page, None, number=f"1370000000{last}")
        assert answer["data"]["requestPossessionCode"]["id"]
    refused = (await request_code(page, None))["data"]["requestPossessionCode"]
    assert (refused["reason"], refused["code"]) == ("TOO_MANY_CODES", "TOO_MANY_REQUESTS")
    assert refused["retryAt"]
    other = (await request_code(page, None, source="6.6.6.6, 192.0.2.2"))["data"]
    assert other["requestPossessionCode"]["id"]


async def test_visitors_may_do_nothing_else(page: Service) -> None:
    for document in (
        "{ coverage { platforms { connector } } }",
        f'{{ registeredAccounts(number: "{NUMBER}") {{ number }} }}',
        'mutation { confirmPossession(input: {id: "a", code: "1"}) { __typename } '
        'withdrawRenewal(input: {id: "a"}) { __typename } }',
    ):
        _, answer = await page.post(None, {"query": document})
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
    stated = await request_code(page, None, activatedOn="2025-03-01")
    assert stated["errors"][0]["extensions"]["reason"] == "SCOPE_MISSING"


async def test_nobody_proves_without_a_token_where_there_is_no_page(service: Service) -> None:
    answer = await request_code(service, None)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_visitors_come_by_http_only(page: Service) -> None:
    socket = page.session.ws_connect(f"{page.url}/graphql", protocols=["graphql-transport-ws"])
    body = request_of("request_possession_code", {"input": {"number": NUMBER}})
    async with socket as connection:
        await connection.send_json({"type": "connection_init"})
        await connection.receive_json()
        await connection.send_json({"id": "1", "type": "subscribe", "payload": body})
        message = await connection.receive_json()
    assert message["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_app_proves_with_the_carriers_date(page: Service) -> None:
    app = page.token(scopes={*APP, Scope.TENURE_ASSERT})
    proof = await prove_possession(page, app, activatedOn="2025-03-01")
    accounts = await page.lookup(proof["token"])
    found = [account for one in accounts["platforms"] for account in one["accounts"] or ()]
    assert {account["relation"] for account in found} - {"UNDATED"}


async def test_an_app_needs_the_scope(page: Service) -> None:
    answer = await request_code(page, page.token(scopes={Scope.ACCOUNTS_READ}))
    assert answer["errors"][0]["extensions"]["reason"] == "SCOPE_MISSING"


async def test_the_token_opens_this_number_and_nothing_else(page: Service) -> None:
    token: str = (await prove_possession(page, None))["token"]
    other = await page.run(token, "lookup", number=STRANGE)
    assert other["errors"][0]["extensions"]["reason"] == "NUMBER_NOT_YOURS"
    dated = await page.run(token, "lookup", tenure={"current": {"activatedOn": "2025-03-01"}})
    assert dated["errors"][0]["extensions"]["reason"] == "TENURE_NOT_YOURS"
    again = await request_code(page, token)
    assert again["errors"][0]["extensions"]["reason"] == "SCOPE_MISSING"
    head, claims, signature = token.split(".")
    forged = ".".join((head, claims, signature[:-6] + "AAAAAA"))
    status, _ = await page.post(forged, request_of("lookup", {}))
    assert status == 401


async def test_where_no_sender_is_set_up_it_says_what_to_do(service: Service) -> None:
    answer = await request_code(service, service.token(scopes=APP))
    extensions = answer["errors"][0]["extensions"]
    assert (extensions["code"], extensions["reason"]) == ("UNAVAILABLE", "SENDER_UNAVAILABLE")
    assert "jiebang_code_sender" in extensions["hint"]


async def test_the_page_is_told_who_the_demonstrations_people_are(
    dsn: str, sandbox: str, tmp_path: Path
) -> None:
    file = tmp_path / "demo.json"
    async with run_service(dsn, sandbox, DEMO="true", DEMO_FILE=str(file)) as service:
        url = f"{service.url}/demo.json"
        async with service.session.get(url) as reply:
            assert reply.status == 404
        await write_people(file, sandbox, DemoIssuer())
        assert file.stat().st_mode & 0o777 == 0o600
        async with service.session.get(url) as reply:
            told = await reply.json()
    assert told["inbox"] == f"{sandbox}/inbox"
    first = told["holders"][0]
    assert first.keys() == {"id", "basis", "number", "text", "token"}
    assert re.fullmatch(r"1\d\d\*{4}\d{4}", first["number"])
    assert {one["basis"] for one in told["holders"]} >= {"CURRENT", "DEPARTING", "FORMER"}


async def test_it_is_told_nothing_where_all_is_real(dsn: str, sandbox: str, tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    file.write_text("{}")
    async with (
        run_service(dsn, sandbox, DEMO_FILE=str(file)) as service,
        service.session.get(f"{service.url}/demo.json") as reply,
    ):
        assert reply.status == 404
