"""What a test may change: faults, the aggregator's catalogue, and a reset to the start."""

from __future__ import annotations

from dataclasses import fields
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jiebang.sandbox.aggregator_catalogue import AT_START, CODES, AggregatorCatalogue, EntryFault
from jiebang.sandbox.answers import ParsedRequest, as_object, parse_request
from jiebang.sandbox.faults import Fault, FaultKind
from jiebang.sandbox.inspection import json_response
from jiebang.sandbox.platforms_app import PLATFORMS, PlatformsApp

KINDS = ", ".join(FaultKind)


def routes(platforms_app: PlatformsApp) -> list[Route]:
    async def faults(request: Request) -> Response:
        try:
            platforms, fault = _parse_fault(await parse_request(request))
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        for platform in platforms:
            platforms_app.world.faults.set(platform, fault)
        in_force = platforms_app.world.faults.in_force
        return json_response(
            {
                "faults": [
                    {
                        "platform": platform,
                        "fault": each.kind,
                        "rate": each.rate,
                        "seconds": each.seconds,
                    }
                    for platform, each in in_force.items()
                ]
            }
        )

    async def catalogue(request: Request) -> Response:
        current = platforms_app.world.aggregator_catalogue
        try:
            changed = _parse_catalogue(await parse_request(request))
        except ValueError as error:
            return json_response({"error": str(error)}, 400)
        # In place: the platform holds a reference to it.
        for each in fields(AggregatorCatalogue):
            setattr(current, each.name, getattr(changed, each.name))
        return json_response({"listed": list(current.listed)})

    async def reset(request: Request) -> Response:
        await platforms_app.reset()
        return json_response({"reset": True})

    return [
        Route("/control/faults", faults, methods=["POST"]),
        Route("/control/catalogue", catalogue, methods=["POST"]),
        Route("/control/reset", reset, methods=["POST"]),
    ]


def _parse_fault(parsed: ParsedRequest) -> tuple[list[str], Fault]:
    known = [platform.id for platform in PLATFORMS]
    platform = parsed.text("platform")
    if platform not in (*known, "*"):
        raise ValueError(f"platform must be * or one of {', '.join(known)}")
    try:
        kind = FaultKind(parsed.text("fault"))
    except ValueError:
        raise ValueError(f"fault must be one of {KINDS}") from None
    rate, seconds = _parse_number(parsed, "rate"), _parse_number(parsed, "seconds")
    if rate > 1:
        raise ValueError("rate must be a number from 0 to 1")
    return known if platform == "*" else [platform], Fault(kind, rate, seconds)


def _parse_catalogue(parsed: ParsedRequest) -> AggregatorCatalogue:
    """Parse the catalogue from the body; missing fields get their initial values."""
    listed = parsed.value("listed")
    codes = cast("list[object]", listed) if isinstance(listed, list) else list(AT_START)
    names, troubles = as_object(parsed.value("names")), as_object(parsed.value("troubles"))
    unknown = [str(code) for code in (*codes, *names, *troubles) if code not in CODES]
    if unknown or (listed is not None and not isinstance(listed, list)):
        raise ValueError(f"codes must be of {', '.join(CODES)}")
    return AggregatorCatalogue(
        listed=tuple(str(code) for code in codes),
        names={code: str(name) for code, name in names.items()},
        broken=parsed.value("broken") is True,
        troubles={code: EntryFault(str(kind)) for code, kind in troubles.items()},
    )


def _parse_number(parsed: ParsedRequest, name: str) -> float:
    value = parsed.value(name)
    if value is None:
        return 1.0
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name} must be a number, 0 or more")
    return float(value)
