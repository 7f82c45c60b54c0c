"""缘分网: shows programs a challenge page, never an answer."""

from __future__ import annotations

from itertools import count

from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site

PLATFORM = Platform(id="yuanfen", zh="缘分网", en="Yuanfen", category="dating")
PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>安全验证</title></head>
<body><h1>请完成安全验证</h1><p>请拖动滑块，证明您不是机器人。</p>
<noscript>Please enable JavaScript to continue.</noscript></body></html>
"""


def register_routes(site: Site) -> None:
    calls = count(1)

    def challenge(parsed: ParsedRequest) -> Answer:
        status = 403 if next(calls) % 3 == 0 else 200
        return Answer(status, PAGE, media_type="text/html")

    site.route("*", "/{rest:path}", challenge)
