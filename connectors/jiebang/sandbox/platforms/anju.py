"""安居房屋: accepts the request and never answers."""

from __future__ import annotations

from jiebang.sandbox.answers import Answer, AnswerDelivery, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site

PLATFORM = Platform(id="anju", zh="安居房屋", en="Anju Homes", category="housing")


def register_routes(site: Site) -> None:
    def withhold(parsed: ParsedRequest) -> Answer:
        return Answer(delivery=AnswerDelivery.WITHHELD)

    site.route("*", "/{rest:path}", withhold)
