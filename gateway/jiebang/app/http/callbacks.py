"""`POST /callbacks/{connector}/{token}`: platforms report the result of an order or lookup."""

from __future__ import annotations

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from jiebang.app.bootstrap import Components
from jiebang.gateway.domain.errors import ServiceUnavailable
from jiebang.gateway.flows.callbacks import CallbackReceipt

_STATUS = {
    CallbackReceipt.KEPT: 202,
    CallbackReceipt.IGNORED: 202,
    CallbackReceipt.REFUSED: 401,
    CallbackReceipt.UNKNOWN: 404,
}


class CallbackEndpoint(HTTPEndpoint):
    """Answers 2xx only after the callback is stored: without a 2xx platforms send it again."""

    async def post(self, request: Request) -> Response:
        components: Components = request.app.state.components
        try:
            receipt = await components.callbacks.receive(
                request.path_params["connector"],
                request.path_params["token"],
                request.headers.items(),
                await request.body(),
            )
        except ServiceUnavailable:
            return Response(status_code=503, headers={"retry-after": "5"})
        return Response(status_code=_STATUS[receipt])
