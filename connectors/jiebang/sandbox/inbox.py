"""A simulated phone: accepts messages for any number and shows them to everybody."""

from __future__ import annotations

import html
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from jiebang.sandbox.answers import parse_request
from jiebang.sandbox.formats import any_number
from jiebang.sandbox.inspection import json_response

MAX_MESSAGES = 100
MAX_CHARACTERS = 500

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<title>模拟手机 · Simulated phone</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 32rem; margin: 2rem auto;
  padding: 0 1rem; }}
h1 {{ font-size: 1.3rem; }}
ol {{ list-style: none; padding: 0; }}
li {{ border: 1px solid #8886; border-radius: .8rem; padding: .8rem 1rem; margin: .8rem 0; }}
small {{ opacity: .75; }}
</style>
</head>
<body>
<main>
<h1>模拟手机 · <span lang="en">Simulated phone</span></h1>
<p>演示中的短信都到这里，没有真的发出去。<br><span lang="en">The demonstration's messages arrive
here; none is really sent.</span></p>
{messages}
</main>
</body>
</html>
"""
_NONE = '<p>还没有短信。 <span lang="en">No message yet.</span></p>'


@dataclass(frozen=True, slots=True)
class Message:
    """`id` increases with each message."""

    id: int
    number: str
    text: str
    at: datetime


@dataclass(slots=True)
class Inbox:
    """The latest messages, the oldest first."""

    messages: deque[Message] = field(default_factory=lambda: deque[Message](maxlen=MAX_MESSAGES))
    _ids: count[int] = field(default_factory=lambda: count(1))

    def take(self, number: str, text: str) -> Message:
        message = Message(next(self._ids), number, text, datetime.now(_SHANGHAI))
        self.messages.append(message)
        return message


def routes(inbox: Inbox) -> list[Route]:
    async def take(request: Request) -> Response:
        try:
            parsed = await parse_request(request)
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        number, text = any_number(parsed.text("number")), parsed.text("text")
        if number is None or not 0 < len(text) <= MAX_CHARACTERS:
            return json_response({"error": "send a mainland mobile number and a text"}, 400)
        return json_response({"id": inbox.take(number, text).id}, 201)

    async def page(request: Request) -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return HTMLResponse(
            _PAGE.format(messages=_message_list(inbox)),
            headers={"cache-control": "no-store", "content-security-policy": policy},
        )

    async def data(request: Request) -> Response:
        wanted = request.query_params.get("number")
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or not after.isascii():
            return json_response({"error": "after must be the id of a message"}, 400)
        number = None if wanted is None else any_number(wanted)
        found = [
            each
            for each in reversed(inbox.messages)
            if each.id > int(after) and (wanted is None or each.number == number)
        ]
        return json_response({"messages": found})

    return [
        Route("/inbox", take, methods=["POST"]),
        Route("/inbox", page, methods=["GET"]),
        Route("/inbox.json", data, methods=["GET"]),
    ]


def _message_list(inbox: Inbox) -> str:
    if not inbox.messages:
        return _NONE
    shown = "\n".join(
        f"<li><small>{each.number[3:6]}****{each.number[-4:]} · {each.at:%H:%M:%S}</small><br>"
        f"{html.escape(each.text)}</li>"
        for each in reversed(inbox.messages)
    )
    return f"<ol>\n{shown}\n</ol>"
