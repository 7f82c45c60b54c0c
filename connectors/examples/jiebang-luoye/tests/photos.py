"""Luoye Photos, as far as the connector uses it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, unquote

# Bound before 2026-06-01, bound after it, bound nowhere.
BEFORE, AFTER, UNBOUND = "+8613800001234", "+8613800005678", "+8613900009999"
TOKEN = "sandbox-token"
Message = MutableMapping[str, Any]


def photos() -> Callable[..., Awaitable[None]]:
    """A fresh platform with an album on each of two numbers."""
    albums: dict[str, dict[str, Any]] = {
        "al-1": {"owner": "张三丰", "attached_on": "2024-05-01", "phones": [BEFORE]},
        "al-2": {"owner": "李清照", "attached_on": "2026-08-01", "phones": [AFTER]},
    }

    def answer(method: str, path: str, query: dict[str, list[str]], auth: str) -> tuple[int, Any]:
        if auth != f"Bearer {TOKEN}":
            return 401, {"reason": "TOKEN"}
        match method, path.strip("/").split("/"):
            case "GET", ["albums"]:
                phone = query.get("phone", [""])[0]
                return 200, {
                    "albums": [
                        {"id": ident, "owner": one["owner"], "attached_on": one["attached_on"]}
                        for ident, one in albums.items()
                        if phone in one["phones"]
                    ]
                }
            case "DELETE", ["albums", ident, "phones", raw]:
                phones = albums.get(unquote(ident), {"phones": []})["phones"]
                if unquote(raw) not in phones:
                    return 200, {"state": "NOT_ATTACHED"}
                phones.remove(unquote(raw))
                return 200, {"state": "DETACHED"}
            case _:
                return 404, {"reason": "NO_SUCH_PATH"}

    async def app(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, document = answer(
            scope["method"],
            scope["raw_path"].decode(),
            parse_qs(scope["query_string"].decode()),
            headers.get("authorization", ""),
        )
        kind = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": json.dumps(document).encode()})

    return app
