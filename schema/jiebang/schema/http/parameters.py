"""Parse the parameters in a request's body or URL; raises `BadRequest` if they are malformed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import orjson

from jiebang.gateway.domain.wording import Wording
from jiebang.schema.http.negotiation import JSON, BadRequest, RequestWithBody


async def parse_body(request: RequestWithBody) -> dict[str, object]:
    """Parse the parameters of a POST: one JSON object, never a list."""
    media, _, _ = request.headers.get("content-type", "").partition(";")
    if media.strip().lower() != JSON:
        raise BadRequest(400, Wording("Send the request as {media}.", media=JSON))
    try:
        body: object = orjson.loads(await request.get_body())
    except ValueError:
        raise BadRequest(400, Wording("The body is not JSON in UTF-8.")) from None
    if not isinstance(body, dict):
        raise BadRequest(400, Wording("The body must be a JSON object."))
    return cast("dict[str, object]", body)


def parse_query_string(given: Mapping[str, str | list[str] | None]) -> dict[str, object]:
    """Parse the parameters of a GET, in which objects are JSON; empty ones are ignored."""
    found: dict[str, object] = {name: value for name, value in given.items() if value}
    for name in ("variables", "extensions"):
        text = found.get(name)
        if isinstance(text, str):
            try:
                found[name] = orjson.loads(text)
            except ValueError:
                raise BadRequest(
                    400, Wording("`{name}` must be a JSON object.", name=name)
                ) from None
    return found


def object_parameter(given: Mapping[str, object], name: str) -> dict[str, object] | None:
    value = given.get(name)
    if not isinstance(value, dict | None):
        raise BadRequest(400, Wording("`{name}` must be an object.", name=name))
    return cast("dict[str, object] | None", value)
