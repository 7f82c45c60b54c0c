"""The endpoint: GraphQL over HTTP, Server-Sent Events and graphql-transport-ws."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from functools import partial

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UnsetType

from jiebang.gateway.domain.caller import Caller
from jiebang.gateway.domain.errors import Unauthenticated
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.flows.possession import Visitor
from jiebang.gateway.services import Services
from jiebang.schema.context import Context, preferred_language
from jiebang.schema.errors import (
    NO_DOCUMENT,
    gateway_error,
    internal_error,
    missing_operation,
    request_error,
)
from jiebang.schema.http.negotiation import (
    JSON,
    PARTS,
    BadRequest,
    RequestHead,
    RequestWithBody,
    error_response,
    preferred_media,
    status_of,
    streaming_media,
)
from jiebang.schema.http.parameters import object_parameter, parse_body, parse_query_string
from jiebang.schema.http.persisted_documents import PersistedDocuments, UntrustedDocument
from jiebang.schema.http.streams import (
    STREAM_FORMATS,
    StreamedResponse,
    StreamResult,
    format_result,
    prepend_result,
)
from jiebang.schema.http.websocket import WebSocketHandler
from jiebang.schema.schema import build_schema

#: Returns the caller for the headers; None without a token. Raises `Unauthenticated`.
Authenticate = Callable[[Mapping[str, str]], Caller | None]
#: Identifies a person without a token, where people may prove a number.
IdentifyVisitor = Callable[[Request], Visitor]

SUBSCRIPTIONS_PER_CONNECTION = 20

_ALLOWED = {
    "GET": (OperationType.QUERY,),
    "POST": (OperationType.QUERY, OperationType.MUTATION),
}


class GraphQLView(GraphQL[Context, None]):
    """An ASGI application for one path, HTTP and WebSocket.

    Queries and mutations use POST; GET allows only queries that are not about a person, because
    URLs end up in logs; subscriptions use POST with ``Accept: text/event-stream``, or a WebSocket;
    ``@defer`` and ``@stream`` need ``multipart/mixed`` or an event stream. `introspection` also
    enables the SDL for federation; `explorer` serves GraphiQL; `persisted_documents` selects the
    documents that are run; `identify_visitor` lets people without a token prove over HTTP that they
    hold a number. WebSockets may come from this host or from `allowed_origins`.
    """

    graphql_transport_ws_handler_class = WebSocketHandler

    def __init__(
        self,
        services: Services,
        *,
        authenticate: Authenticate,
        identify_visitor: IdentifyVisitor | None = None,
        introspection: bool = False,
        explorer: bool = False,
        persisted_documents: PersistedDocuments | None = None,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        super().__init__(
            build_schema(introspection=introspection),
            graphql_ide="graphiql" if explorer else None,
            allow_queries_via_get=True,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            max_subscriptions_per_connection=SUBSCRIPTIONS_PER_CONNECTION,
            allowed_origins=allowed_origins,
        )
        self.persisted_documents = persisted_documents or PersistedDocuments()
        self._services = services
        self._authenticate = authenticate
        self._identify_visitor = identify_visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive)
        media = preferred_media(request.headers.get("accept", ""))
        language = preferred_language(request.headers.get("accept-language", ""))
        try:
            if request.method not in ("GET", "POST"):
                raise BadRequest(405, Wording("Send the request by POST."))
            response = await self._respond(request, media)
        except BadRequest as error:
            allow = "POST" if request.method == "GET" else "GET, POST"
            response = error_response(
                error.status, request_error(error.message), media, language=language, allow=allow
            )
        except UntrustedDocument as error:
            response = error_response(400, error, media, language=language)
        except Unauthenticated as error:
            response = error_response(401, gateway_error(error), media, language=language)
        except Exception as error:
            response = error_response(500, internal_error(error), media, language=language)
        response.headers["cache-control"] = "no-store"
        response.headers["referrer-policy"] = "no-referrer"
        await response(scope, receive, send)

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        over_http = isinstance(request, Request)
        return Context(
            services=self._services,
            caller=self._authenticate(request.headers) if over_http else None,
            language=preferred_language(request.headers.get("accept-language", "")),
            in_url=isinstance(request, Request) and request.method == "GET",
            visitor=self._identify_visitor(request)
            if self._identify_visitor and isinstance(request, Request)
            else None,
            identify=None if over_http else partial(self._authenticate, request.headers),
        )

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Browsers cannot set headers here, so the token may be in connection_init."""
        token = (context.connection_params or {}).get("authorization")
        if isinstance(token, str):
            context.identify = partial(self._authenticate, {"authorization": token})
        try:
            context.caller = context.identify() if context.identify else None
        except Unauthenticated:
            raise ConnectionRejectionError from None
        except Exception as error:
            internal_error(error)
            raise ConnectionRejectionError from None
        return await super().on_ws_connect(context)

    def should_render_graphql_ide(self, request: RequestHead) -> bool:
        wants_page = "text/html" in request.headers.get("accept", "")
        return request.method == "GET" and wants_page and self.graphql_ide is not None

    async def parse_http_body(self, request: RequestWithBody) -> GraphQLRequestData:
        """Parse and check the request here, so that later errors are internal ones."""
        in_url = request.method == "GET"
        given = parse_query_string(request.query_params) if in_url else await parse_body(request)
        query = given.get("query")
        if not isinstance(query, str | None):
            raise BadRequest(400, NO_DOCUMENT)
        operation = given.get("operationName")
        if not isinstance(operation, str | None):
            raise BadRequest(400, Wording("`operationName` must be a string."))
        extensions = object_parameter(given, "extensions")
        text = self.persisted_documents.resolve(query, extensions)
        if not text:
            raise BadRequest(400, NO_DOCUMENT)
        return GraphQLRequestData(
            query=text,
            variables=object_parameter(given, "variables"),
            operation_name=operation,
            extensions=extensions,
        )

    async def _respond(self, request: Request, media: str) -> Response:
        context = await self.get_context(request, Response())
        received = self.request_adapter_class(request)
        if self.should_render_graphql_ide(received):
            return await self.render_graphql_ide(request)
        data = await self.parse_http_body(received)
        accept = request.headers.get("accept", "") if request.method == "POST" else ""
        streamed = streaming_media(accept, data.query or "")
        if streamed is None:
            return self._reply(await self._execute(request.method, data, context), media)
        context.incremental = True
        results: AsyncGenerator[StreamResult] = await self.schema.stream(
            data.query,
            variable_values=data.variables,
            context_value=context,
            operation_name=data.operation_name,
            operation_extensions=data.extensions,
        )
        if streamed == PARTS:
            first = await anext(results)
            if isinstance(first, ExecutionResult):  # nothing was deferred
                await results.aclose()
                return self._reply(first, media)
            results = prepend_result(first, results)
        return StreamedResponse(results, STREAM_FORMATS[streamed])

    async def _execute(
        self, method: str, data: GraphQLRequestData, context: Context
    ) -> ExecutionResult:
        """Return a single response: no subscriptions, and no side effects by GET."""
        try:
            return await self.schema.execute(
                data.query,
                variable_values=data.variables,
                context_value=context,
                operation_name=data.operation_name,
                allowed_operation_types=_ALLOWED[method],
                operation_extensions=data.extensions,
            )
        except CannotGetOperationTypeError as error:
            raise BadRequest(400, missing_operation(error)) from None
        except InvalidOperationTypeError:
            if method == "GET":
                raise BadRequest(405, Wording("GET only supports queries.")) from None
            raise BadRequest(
                400, Wording("A subscription requires `Accept: text/event-stream`, or a WebSocket.")
            ) from None

    def _reply(self, result: ExecutionResult, media: str) -> Response:
        reply = format_result(result)
        executed = "data" in reply or media == JSON
        status = 200 if executed else status_of(result.errors or ())
        return Response(orjson.dumps(reply), status, media_type=f"{media}; charset=utf-8")

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        return orjson.dumps(data).decode()
