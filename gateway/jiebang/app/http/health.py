"""`/healthz`: the process is alive. `/readyz`: it can serve requests. `/metrics`: Prometheus
metrics."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from jiebang.app.auth.authentication import AuthenticationError
from jiebang.app.bootstrap import Components
from jiebang.gateway.domain.errors import PermissionDenied, ServiceUnavailable


async def healthz(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    components: Components = request.app.state.components
    waiting_for = components.waiting_for
    if not waiting_for:
        try:
            await components.database.ping()
        except ServiceUnavailable as error:
            waiting_for = error.message
    if waiting_for:
        return JSONResponse({"status": "not ready", "waiting_for": waiting_for}, 503)
    return JSONResponse({"status": "ready", "platforms": len(components.catalogue.platforms)})


async def metrics(request: Request) -> Response:
    """Serve metrics to operators only: the counters show which platforms gave which answers, which
    a holder who asks at the same time must not see."""
    components: Components = request.app.state.components
    try:
        components.authenticator.authenticate(
            request.headers.get("authorization")
        ).require_operator()
    except AuthenticationError as error:
        return JSONResponse({"error": str(error)}, 401, {"www-authenticate": "Bearer"})
    except PermissionDenied as error:
        return JSONResponse({"error": error.message, "hint": error.hint}, 403)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
