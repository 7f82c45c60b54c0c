"""The zoo's platform as an ASGI application: every interface that its connectors use."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256

import aiohttp
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.conformance.zoo import endpoints
from tests.conformance.zoo.store import APPS, CALLBACK_SECRET, Body, Row, StatusAndBody, Store


def platform_app(store: Store) -> Starlette:
    """Create the platform for this store."""

    def route(
        path: str, method: str, handler: Callable[[Store, Request, Body], StatusAndBody]
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("authorization", "") not in {
                f"Bearer {token}" for token in store.tokens
            }:
                return JSONResponse({"code": "WHO_ARE_YOU"}, 401)
            raw = await request.body()
            body: Body = json.loads(raw) if raw else {}
            key = request.headers.get("idempotency-key")
            if key is None:
                status, answer = handler(store, request, body)
            else:
                if key not in store.answers_by_key:
                    store.answers_by_key[key] = handler(store, request, body)
                status, answer = store.answers_by_key[key]
            if status == 202 and (url := body.get("notify_url")):
                return JSONResponse(
                    answer, status, background=BackgroundTask(report, store, answer, url)
                )
            return Response(status_code=204) if answer is None else JSONResponse(answer, status)

        return Route(path, endpoint, methods=[method])

    async def token(request: Request) -> Response:
        return endpoints.token(store, request.headers.get("authorization", ""))

    return Starlette(
        routes=[
            Route("/oauth/token", token, methods=["POST"]),
            route("/v1/bindings", "GET", bindings),
            route("/v1/pages", "GET", pages),
            route("/v1/state", "GET", state),
            route("/v1/bindings/{id}", "DELETE", lambda s, r, b: s.unbind(r.path_params["id"])),
            route("/v1/detach", "POST", detach),
            route("/v1/cases", "POST", lambda s, r, b: s.open_case(b["id"])),
            route("/v1/cases/{id}", "GET", lambda s, r, b: s.poll_case(r.path_params["id"])),
            route("/v1/apps", "POST", apps),
            route("/v1/items", "POST", items),
            route("/v1/many", "POST", many),
            route("/v1/register", "POST", register),
            route("/graphql", "POST", endpoints.graphql),
            route("/ServiceProviderConfig", "GET", endpoints.scim_config),
            route("/Users", "GET", endpoints.scim_users),
            route("/Users/{id}", "GET", endpoints.scim_user),
            route("/Users/{id}", "PATCH", endpoints.scim_patch),
        ]
    )


def row_json(row: Row) -> dict[str, str]:
    return {"id": row.id, "nick": row.nick, "bound_at": row.bound_at}


def bindings(store: Store, request: Request, body: Body) -> StatusAndBody:
    rows = store.rows_of(request.query_params["phone"])
    return 200, {"bindings": [row_json(row) for row in rows], "trace": "t-1"}


def pages(store: Store, request: Request, body: Body) -> StatusAndBody:
    """One account per page; the last page states that there is no next one."""
    rows, at = (
        store.rows_of(request.query_params["phone"]),
        int(request.query_params.get("cursor", "0")),
    )
    following = str(at + 1) if at + 1 < len(rows) else None
    return 200, {"bindings": [row_json(row) for row in rows[at : at + 1]], "next": following}


def state(store: Store, request: Request, body: Body) -> StatusAndBody:
    """State explicitly whether there is an account, and what blocks it."""
    rows = store.rows_of(request.query_params["phone"])
    word = "REGISTERED" if rows else "NOT_REGISTERED"
    return 200, {"state": word, "bindings": [row_json(row) | {"held": row.held} for row in rows]}


def detach(store: Store, request: Request, body: Body) -> StatusAndBody:
    """Unbind without keys; an account that is no longer bound is unknown."""
    row = store.rows.get(body["id"])
    if row is None or row.phone is None:
        return 404, {"code": "NO_SUCH_ACCOUNT"}
    return store.unbind(body["id"])


def apps(store: Store, request: Request, body: Body) -> StatusAndBody:
    """The lookup of an aggregator: one entry per requested app."""
    results: list[object] = []
    for app in body["apps"]:
        found = [row_json(row) for row in store.rows_of(body["phone"]) if row.app == app]
        word = "REGISTERED" if found else "NOT_REGISTERED"
        results.append({"app": app, "state": word, "accounts": found})
    return 200, {"results": results, "apps": len(APPS)}


def items(store: Store, request: Request, body: Body) -> StatusAndBody:
    """Many orders at once, each with its key and its own answer."""
    answers: list[object] = []
    for item in body["items"]:
        key = item["key"]
        if key not in store.answers_by_key:
            store.answers_by_key[key] = store.unbind(item["id"])
        status, said = store.answers_by_key[key]
        answers.append({"id": item["id"], "status": status, "said": said})
    return 200, {"items": answers}


def many(store: Store, request: Request, body: Body) -> StatusAndBody:
    """Look up many numbers at once."""
    return 200, {
        "answers": [
            {"phone": phone, "bindings": [row_json(row) for row in store.rows_of(phone)]}
            for phone in body["phones"]
        ]
    }


def register(store: Store, request: Request, body: Body) -> StatusAndBody:
    """The sign-up: creates an account unless there is one."""
    if store.rows_of(body["phone"]):
        return 409, {"code": "TAKEN"}
    store.rows["new"] = Row("new", body["phone"], "new", "2026-11-01T00:00:00Z")
    return 201, {"code": "REGISTERED", "bindings": []}


async def report(store: Store, answer: object, url: str) -> None:
    """Send the signed callback at the end of an order."""
    assert isinstance(answer, dict)
    case = store.cases[answer["case"]]
    store.settle_case(case)
    content = json.dumps({"case": case.id, "state": case.state}).encode()
    headers = {"content-type": "application/json", **signature(case.id, content)}
    with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError, OSError):
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.post(url, data=content, headers=headers),
        ):
            pass


def signature(id: str, body: bytes) -> dict[str, str]:
    """Return the Standard Webhooks headers for this body and the current time."""
    now = str(int(time.time()))
    key = b64decode(CALLBACK_SECRET.removeprefix("whsec_"))
    digest = hmac.digest(key, f"evt-{id}.{now}.".encode() + body, sha256)
    return {
        "webhook-id": f"evt-{id}",
        "webhook-timestamp": now,
        "webhook-signature": "v1," + b64encode(digest).decode(),
    }
