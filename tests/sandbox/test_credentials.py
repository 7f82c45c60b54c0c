"""Credentials beyond a fixed header: tokens that expire, signatures, nonces."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from tests.fleet import Fleet, RawReply

NOBODY = "13911112222"
SECRET = "sandbox-feiguan-secret"


async def grant(fleet: Fleet, *, secret: str = "sandbox-wenlu-secret", **form: str) -> RawReply:
    pair = base64.b64encode(f"sandbox:{secret}".encode()).decode()
    given = {"grant_type": "client_credentials", "scope": "phone"} | form
    return await fleet.request(
        "POST", "/wenlu/oauth/token", form=given, headers={"Authorization": f"Basic {pair}"}
    )


async def test_a_token_is_granted_as_oauth_does(fleet: Fleet) -> None:
    reply = await grant(fleet)
    assert reply.headers["cache-control"] == "no-store"
    granted = reply.json
    assert (granted["token_type"], granted["expires_in"], granted["scope"]) == (
        "Bearer",
        120,
        "phone",
    )
    refused = [
        await grant(fleet, secret="wrong"),
        await grant(fleet, grant_type="password"),
        await grant(fleet, scope="everything"),
    ]
    assert [(reply.status, reply.json["error"]) for reply in refused] == [
        (401, "invalid_client"),
        (400, "unsupported_grant_type"),
        (400, "invalid_scope"),
    ]


async def test_a_token_is_good_for_forty_calls(fleet: Fleet) -> None:
    async def statuses(headers: dict[str, str], calls: int) -> list[int]:
        params = {"mobile": f"+86{NOBODY}"}
        return [
            (await fleet.request("GET", "/wenlu/v1/clients", params=params, headers=headers)).status
            for _ in range(calls)
        ]

    first, second = [
        {"Authorization": f"Bearer {(await grant(fleet)).json['access_token']}"} for _ in range(2)
    ]
    assert await statuses(first, 41) == [200] * 40 + [401]
    assert await statuses(second, 1) == [200], "each token is counted for itself"
    assert await statuses({}, 1) == [401]


def signed_headers(
    query: str, *, secret: str = SECRET, late: int = 0, **changed: str
) -> dict[str, str]:
    """The headers of a GET for recipients, dated `late` seconds from now; `changed` replaces
    headers after signing."""
    now = str(int(time.time()) + late)
    stamp, nonce = changed.pop("stamp", now), changed.pop("nonce", "n-1")
    empty = hashlib.sha256(b"").hexdigest()
    text = "\n".join(("GET", "/feiguan/parcel/recipients", query, stamp, nonce, empty))
    return {
        "X-Feiguan-App": "sandbox-feiguan-app",
        "X-Feiguan-Time": stamp,
        "X-Feiguan-Nonce": nonce,
        "X-Feiguan-Sign": hmac.digest(secret.encode(), text.encode(), "sha256").hex(),
    } | changed


async def ask(fleet: Fleet, headers: dict[str, str]) -> RawReply:
    params = {"phone": f"86{NOBODY}"}
    return await fleet.request("GET", "/feiguan/parcel/recipients", params=params, headers=headers)


async def test_a_signature_counts_once(fleet: Fleet) -> None:
    headers = signed_headers(f"phone=86{NOBODY}")
    assert (await ask(fleet, headers)).status == 200
    assert (await ask(fleet, headers)).status == 401, "the nonce has been seen"
    other = signed_headers(f"phone=86{NOBODY}", nonce="n-2")
    assert (await ask(fleet, other)).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another"},
        {"late": -600},
        {"late": 3600},
        {"stamp": "yesterday"},
        {"nonce": ""},
        {"X-Feiguan-Nonce": "another"},
        {"X-Feiguan-App": "another"},
        {"X-Feiguan-Sign": ""},
    ],
    ids=["secret", "old", "future", "no time", "no nonce", "other nonce", "app", "no signature"],
)
async def test_a_signature_that_does_not_hold_is_refused(
    fleet: Fleet, wrong: dict[str, Any]
) -> None:
    refused = await ask(fleet, signed_headers(f"phone=86{NOBODY}", **wrong))
    assert refused.status == 401
    assert refused.headers["content-type"].startswith("application/xml")
    assert "<Code>SignatureDoesNotMatch</Code>" in refused.text


async def test_a_signature_is_for_one_query(fleet: Fleet) -> None:
    assert (await ask(fleet, signed_headers("phone=8613900000001"))).status == 401


async def test_failures_of_the_hotel_are_pages(fleet: Fleet) -> None:
    fleet.credentials["qishan"]["token"] = "wrong"
    refused = await fleet.request("GET", "/qishan/api/guests", params={"tel": NOBODY})
    assert refused.status == 401
    assert refused.headers["content-type"].startswith("text/html")
