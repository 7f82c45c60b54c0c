"""The truth about the sandbox, for tests and demonstrations. Not part of any platform."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jiebang.sandbox.accounts import Account
from jiebang.sandbox.formats import any_number, instant
from jiebang.sandbox.histories import History
from jiebang.sandbox.journal import Operation
from jiebang.sandbox.personas import PERSONAS
from jiebang.sandbox.platforms_app import PLATFORMS, PlatformsApp
from jiebang.sandbox.population import BULK_TEXT
from jiebang.sandbox.world import World


def json_response(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")


def routes(platforms_app: PlatformsApp) -> list[Route]:
    def route(path: str, tell: Callable[[World, Request], Response]) -> Route:
        async def endpoint(request: Request) -> Response:
            return tell(platforms_app.world, request)

        return Route(path, endpoint, methods=["GET"])

    return [
        route("/inspect/platforms", platforms),
        route("/inspect/stories", stories),
        route("/inspect/numbers/{number}", number),
        route("/inspect/accounts", accounts),
        route("/inspect/effects", effects),
        route("/inspect/keys", keys),
        route("/inspect/requests", requests),
    ]


def platforms(world: World, request: Request) -> Response:
    listed = [
        {
            "id": platform.id,
            "path": f"/{platform.id}",
            "name": {"zh-CN": platform.zh, "en": platform.en},
            "category": platform.category,
            "number_format": platform.number_format,
            "date_format": platform.date_format,
            "idempotency": platform.idempotency,
            "credentials": dict(platform.credentials),
            "apps": [
                {
                    "id": app.id,
                    "name": {"zh-CN": app.zh, "en": app.en},
                    "category": app.category,
                }
                for app in platform.apps
            ],
        }
        for platform in PLATFORMS
    ]
    return json_response({"platforms": listed})


def stories(world: World, request: Request) -> Response:
    told: list[object] = [
        {
            "id": story.id,
            "number": story.number,
            "basis": story.basis,
            "text": {"zh-CN": story.zh, "en": story.en},
            "claim": world.population.histories[story.number].claim,
        }
        for story in PERSONAS
    ]
    bulk = [each for each in world.population.histories.values() if each.story == "bulk"]
    if bulk:
        first = bulk[0]
        told.append(
            {
                "id": "bulk",
                "number": first.number,
                "numbers": len(bulk),
                "basis": first.basis,
                "text": BULK_TEXT,
                "claim": first.claim,
            }
        )
    today = world.population.today.isoformat()
    return json_response({"today": today, "seed": world.seed, "stories": told})


def number(world: World, request: Request) -> Response:
    asked = any_number(request.path_params["number"])
    history = world.population.histories.get(asked or "")
    if history is None:
        return json_response({"error": "the sandbox does not know this number"}, 404)
    return json_response(_history(history))


def _history(history: History) -> object:
    return {
        "number": history.number,
        "story": history.story,
        "basis": history.basis,
        "claim": history.claim,
        "tenures": [
            {"holder": tenure.holder, "from": tenure.start, "to": tenure.end}
            for tenure in history.tenures
        ],
        "quarantine": history.quarantine,
    }


def accounts(world: World, request: Request) -> Response:
    asked, platform = request.query_params.get("number"), request.query_params.get("platform")
    wanted = any_number(asked) if asked is not None else None
    if asked is not None and wanted is None:
        return json_response({"error": "not a number; a plus sign in a query is written %2B"}, 400)
    found = [
        _account(world, account)
        for account in world.accounts.values()
        if wanted in (None, account.number) and platform in (None, account.platform)
    ]
    return json_response({"accounts": found})


def _account(world: World, account: Account) -> object:
    return {
        "platform": account.platform,
        "account": account.id,
        "number": account.number,
        "nickname": account.nickname,
        "holder": account.holder,
        "bound_at": instant(account.bound_at),
        "flags": sorted(account.flags),
        "bound": world.is_bound(account),
        "contact_stopped": world.is_marked(account, Operation.CONTACT_STOP),
        "locked": world.is_marked(account, Operation.LOCK),
        "owner_told": world.is_marked(account, Operation.HOLDER_NOTICE),
    }


def effects(world: World, request: Request) -> Response:
    platform = request.query_params.get("platform")
    listed = [each for each in world.journal.effects if platform in (None, each.platform, each.via)]
    return json_response({"count": len(listed), "effects": listed})


def keys(world: World, request: Request) -> Response:
    wanted = request.query_params.get("platform")
    listed = [
        {
            "platform": platform,
            "key": value,
            "operation": key.operation,
            "received": key.received,
            "conflicts": key.conflicts,
            "effects": key.effects,
        }
        for (platform, value), key in world.journal.keys.items()
        if wanted in (None, platform)
    ]
    return json_response({"keys": listed})


def requests(world: World, request: Request) -> Response:
    wanted = request.query_params.get("platform")
    tally = {
        call: count for call, count in world.journal.counts.items() if wanted in (None, call[0])
    }
    counts = [
        {"platform": platform, "method": method, "status": status, "count": count}
        for (platform, method, status), count in tally.items()
    ]
    listed = [seen for seen in world.journal.requests if wanted in (None, seen.platform)]
    return json_response({"count": sum(tally.values()), "counts": counts, "requests": listed})
