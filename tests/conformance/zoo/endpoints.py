"""The platform's other endpoints: OAuth tokens, GraphQL and SCIM 2.0."""

from __future__ import annotations

import itertools
from base64 import b64decode
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from tests.conformance.zoo.store import CLIENT_SECRET, Body, Row, StatusAndBody, Store

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_COUNT = itertools.count(1)


def token(store: Store, authorization: str) -> Response:
    """OAuth 2.0 client credentials, authenticated by Basic."""
    scheme, _, pair = authorization.partition(" ")
    if scheme != "Basic" or b64decode(pair).decode() != f"zoo:{CLIENT_SECRET}":
        return JSONResponse({"error": "invalid_client"}, 401)
    given = f"issued-4e{next(_COUNT)}"
    store.tokens.add(given)
    return JSONResponse({"access_token": given, "token_type": "Bearer", "expires_in": 3600})


def graphql(store: Store, request: Request, body: Body) -> StatusAndBody:
    """Knows two documents: a lookup of a phone's accounts, and an unbinding."""
    variables = body["variables"]
    if "unbind" not in body["query"]:
        nodes = [{"id": row.id, "nick": row.nick} for row in store.rows_of(variables["phone"])]
        return 200, {"data": {"bindings": {"nodes": nodes}}}
    wish = variables["input"]
    if wish["key"] not in store.answers_by_key:
        store.answers_by_key[wish["key"]] = store.unbind(wish["id"])
    status, said = store.answers_by_key[wish["key"]]
    if status != 200:
        return 200, {"data": None, "errors": [{"message": "no", "extensions": said}]}
    return 200, {"data": {"unbind": said}}


def scim_config(store: Store, request: Request, body: Body) -> StatusAndBody:
    no = {"supported": False}
    return 200, {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": True},
        "filter": {"supported": True, "maxResults": 100},
        "etag": no,
        "bulk": no | {"maxOperations": 0, "maxPayloadSize": 0},
        "sort": no,
        "changePassword": no,
        "authenticationSchemes": [],
    }


def scim_users(store: Store, request: Request, body: Body) -> StatusAndBody:
    value = request.query_params["filter"].removeprefix('phoneNumbers.value eq "').rstrip('"')
    found = [_user(row) for row in store.rows_of(value) if row.phone == value]
    return 200, {"schemas": [LIST], "totalResults": len(found), "Resources": found}


def scim_user(store: Store, request: Request, body: Body) -> StatusAndBody:
    row = store.rows.get(request.path_params["id"])
    return (200, _user(row)) if row else (404, {"schemas": [ERROR], "status": "404"})


def scim_patch(store: Store, request: Request, body: Body) -> StatusAndBody:
    row = store.rows.get(request.path_params["id"])
    if row is None:
        return 404, {"schemas": [ERROR], "status": "404"}
    if any(row.phone and row.phone in one["path"] for one in body["Operations"]):
        store.unbind(row.id)
    return 204, None


def _user(row: Row) -> dict[str, Any]:
    numbers = [{"value": row.phone, "type": "mobile"}] if row.phone else []
    return {
        "schemas": [USER],
        "id": row.id,
        "userName": f"name-{row.id}",
        "displayName": row.nick,
        "phoneNumbers": numbers,
        "meta": {"resourceType": "User", "created": row.bound_at},
    }
