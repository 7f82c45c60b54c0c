"""The forum's callbacks: signed, repeated until accepted, and faulty on request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook
from tests.fleet import DEPARTING, Fleet, RawReply, connector

from jiebang.sandbox import Pace
from jiebang.sdk import Bound, CallbackRequest, Capability, Done, Pending, Secret
from jiebang.transport import verify

SECRET = "whsec_c2FuZGJveC1sdW50YW4tY2FsbGJhY2stc2VjcmV0"


@dataclass
class CallbackReceiver:
    """Receives callbacks; answers with the given statuses, then with 204."""

    url: str = ""
    statuses: list[int] = field(default_factory=list[int])
    received: asyncio.Queue[tuple[dict[str, str], bytes]] = field(
        default_factory=asyncio.Queue[tuple[dict[str, str], bytes]]
    )


@pytest.fixture
async def ear() -> AsyncGenerator[CallbackReceiver, None]:
    ear = CallbackReceiver()

    async def hear(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        ear.received.put_nowait((headers, await request.read()))
        return web.Response(status=ear.statuses.pop(0) if ear.statuses else 204)

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    ear.url = f"http://127.0.0.1:{port}/hook"
    yield ear
    await runner.cleanup()


async def order(fleet: Fleet, ear: CallbackReceiver, key: str = "order-1") -> RawReply:
    subject, account = await fleet.account("luntan", None, DEPARTING)
    body = {
        "phone_number": f"86{subject.national}",
        "user_id": account.handle,
        "case_key": key,
        "notify_url": ear.url,
    }
    return await fleet.request("POST", "/luntan/api/unbind-cases", body)


@pytest.mark.parametrize(
    ("name", "secret", "operation"),
    [
        ("luntan", "callback_secret", "unbind"),
        ("heming", "callback_key", "unbind"),
        ("qingqi", "callback_secret", "unbind"),
        ("qingqi", "callback_secret", "lookup"),
    ],
)
async def test_a_callback_verifies_and_tells_what_the_status_tells(
    fleet: Fleet, ear: CallbackReceiver, name: str, secret: str, operation: str
) -> None:
    one, call = connector(name), fleet.to(name, callback_url=ear.url)
    subject, account = await fleet.account(name)
    given = (subject, account) if operation == "unbind" else (subject,)
    pending = await getattr(one, operation)(*given, call)
    assert isinstance(pending, Pending)
    assert fleet.replies[-1].status == 202
    headers, body = await ear.received.get()
    sent = CallbackRequest(url=ear.url, headers=tuple(headers.items()), body=body)
    event = verify(one.spec.callback_auth, Secret(fleet.credentials[name][secret]), sent)
    (update,) = one.parse_callback(event)
    assert update.remote_ref == pending.remote_ref
    ended = await one.status(subject, pending, Capability(operation), call)
    assert update.outcome == ended
    assert ended == Done() if operation == "unbind" else isinstance(ended, Bound)


async def test_a_callback_is_repeated_under_its_id_until_it_is_heard(
    fleet: Fleet, ear: CallbackReceiver
) -> None:
    ear.statuses = [500, 302]
    await order(fleet, ear)
    heard = [await ear.received.get() for _ in range(3)]
    assert len({headers["webhook-id"] for headers, _ in heard}) == 1
    assert len({body for _, body in heard}) == 1
    for headers, body in heard:
        Webhook(SECRET).verify(body, headers)


async def test_a_lost_callback_leaves_the_status_to_tell(
    fleet: Fleet, ear: CallbackReceiver
) -> None:
    await fleet.fault("luntan", "callback_lost")
    reply = await order(fleet, ear)
    while reply.json["state"] == "OPEN":
        reply = await fleet.request("GET", f"/luntan/api/unbind-cases/{reply.json['case_id']}")
    assert reply.json["state"] == "DONE"
    assert ear.received.empty()


async def test_a_callback_sent_twice_has_one_id(fleet: Fleet, ear: CallbackReceiver) -> None:
    await fleet.fault("luntan", "callback_twice")
    await order(fleet, ear)
    (first, _), (second, _) = await ear.received.get(), await ear.received.get()
    assert first["webhook-id"] == second["webhook-id"]
    assert len(await fleet.effects("luntan")) == 1


@pytest.mark.parametrize("pace", [Pace(callback_seconds=3600)])
async def test_a_callback_can_come_before_the_reply(fleet: Fleet, ear: CallbackReceiver) -> None:
    await fleet.fault("luntan", "callback_before_reply")
    reply = await order(fleet, ear)
    assert ear.received.qsize() == 1
    assert (reply.status, reply.json["state"]) == (202, "OPEN")


async def test_an_unsigned_callback_carries_no_signature(
    fleet: Fleet, ear: CallbackReceiver
) -> None:
    await fleet.fault("luntan", "callback_unsigned")
    await order(fleet, ear)
    headers, _ = await ear.received.get()
    assert "webhook-id" in headers
    assert "webhook-signature" not in headers


async def test_a_late_callback_comes_after_the_status_has_told_the_end(
    fleet: Fleet, ear: CallbackReceiver
) -> None:
    await fleet.fault("luntan", "callback_late", seconds=1.5)
    reply = await order(fleet, ear)
    while reply.json["state"] == "OPEN":
        reply = await fleet.request("GET", f"/luntan/api/unbind-cases/{reply.json['case_id']}")
    assert ear.received.empty()
    _, body = await ear.received.get()
    assert json.loads(body)["state"] == "DONE"


async def test_out_of_order_the_end_comes_before_an_older_state(
    fleet: Fleet, ear: CallbackReceiver
) -> None:
    await fleet.fault("luntan", "callback_out_of_order")
    await order(fleet, ear)
    told = [await ear.received.get() for _ in range(2)]
    assert [json.loads(body)["state"] for _, body in told] == ["DONE", "OPEN"]
    assert len({headers["webhook-id"] for headers, _ in told}) == 2
    for headers, body in told:
        Webhook(SECRET).verify(body, headers)


async def test_an_address_that_is_none_is_refused(fleet: Fleet, ear: CallbackReceiver) -> None:
    ear.url = "file:///etc/hosts"
    assert (await order(fleet, ear)).status == 400
