"""How a manifest's connector authenticates: OAuth, signatures, keys in every place."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from jiebang.connectors.rest import RestConnector
from jiebang.sdk import (
    Account,
    ClientCredentials,
    ContractError,
    CredentialsFault,
    Done,
    NotBound,
    RateLimited,
    Subject,
    Unavailable,
)

Rest = Callable[[str], RestConnector]
ANY = Any

MANIFEST = """\
manifest: 1
kind: rest
id: acme
version: 0.1.0
name: {zh-CN: 艾克米, en: Acme}
platform: {category: shopping}
config:
  base_url: {type: url}
  realm: {type: text, default: r1}
  client: {type: text, default: me}
  pin: {type: secret}
  tokens: {type: url, default: "https://id.acme.example/token"}
auth: AUTH
lookup:
  request: {method: POST, path: /q, params: {z: "1", a: "+"}, json: {phone: "${subject.number}"}}
  outcomes: [{when: {jmespath: "rows == `[]`"}, not_bound: {}}]
unbind:
  request: {method: POST, path: /u, form: {id: "${account.handle}"}}
  outcomes: [{when: {status: 204}, done: {}}]
"""
ACCOUNT = Account(handle="b1", platform="acme")


def manifest(auth: str) -> str:
    return MANIFEST.replace("AUTH", auth)


def answer_by(platform: ANY, respond: Callable[[ANY], tuple[int, object]]) -> None:
    platform.respond = respond


async def test_oauth_needs_three_names_and_a_path(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(
        manifest(
            '{scheme: oauth2, token: "/realms/${config.realm}/token", client_id: client,'
            " client_secret: pin, scopes: [phone.read], more: {audience: a}, client_in: body}"
        )
    )
    tokens = iter("ab")
    answer_by(
        platform,
        lambda seen: (
            (200, {"access_token": next(tokens), "expires_in": 600})
            if "token" in seen.path
            else (200, {"rows": []})
            if seen.headers["authorization"] == "Bearer b"
            else (401, {})
        ),
    )
    call = call_to(connector.spec, platform.url, pin="s3", realm="r 2")
    for _ in range(2):
        assert isinstance(await connector.lookup(subject, call), NotBound)
    assert [seen.path for seen in platform.seen] == [
        "/realms/r%202/token",
        "/q",
        "/realms/r%202/token",
        "/q",
        "/q",
    ]
    assert platform.seen[0].body == (
        b"grant_type=client_credentials&audience=a&scope=phone.read&client_id=me&client_secret=s3"
    )


async def test_a_client_that_is_refused_is_a_fault_of_the_credentials(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("{scheme: oauth2, token: /t, client_id: client, client_secret: pin}"))
    answer_by(platform, lambda seen: (400, {"error": "invalid_client"}))
    with pytest.raises(CredentialsFault) as caught:
        await connector.unbind(subject, ACCOUNT, call_to(connector.spec, platform.url, pin="s3"))
    assert caught.value.platform_code == "invalid_client"
    assert not caught.value.maybe_done


@pytest.mark.parametrize(
    ("token", "place", "hosts"),
    [
        ("/oauth/token", "/oauth/token", set[str]()),
        ('"${config.tokens}"', "tokens", set[str]()),
        ("https://id.acme.example/t", "https://id.acme.example/t", {"id.acme.example"}),
        (
            "https://id.acme:8443/t",
            "https://id.acme:8443/t",
            {"id.acme:8443"},
        ),
    ],
)
def test_the_token_has_a_place_on_a_declared_host(
    rest: Rest, token: str, place: str, hosts: set[str]
) -> None:
    spec = rest(
        manifest(f"{{scheme: oauth2, token: {token}, client_id: client, client_secret: pin}}")
    ).spec
    assert isinstance(spec.auth, ClientCredentials)
    assert spec.auth.token == place
    assert spec.hosts == hosts


async def test_a_request_is_signed_in_the_form_the_manifest_chose(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(
        manifest(
            "{scheme: hmac, secret: pin, header: X-Sign, prefix: 'v1=', timestamp_header: X-Time,"
            " nonce_header: X-Nonce, parts: [method, path, query, timestamp, nonce, body]}"
        )
    )
    platform.answers_with(200, {"rows": []})
    await connector.lookup(subject, call_to(connector.spec, platform.url + "/api", pin="s3"))
    (seen,) = platform.seen
    text = "\n".join(
        [
            "POST",
            "/api/q",
            "a=%2B&z=1",
            seen.headers["x-time"],
            seen.headers["x-nonce"],
            hashlib.sha256(seen.body).hexdigest(),
        ]
    )
    expected = hmac.new(b"s3", text.encode(), hashlib.sha256).hexdigest()
    assert seen.headers["x-sign"] == f"v1={expected}"
    assert int(seen.headers["x-time"]) > 1_700_000_000


async def test_a_key_can_go_into_a_field_of_the_body(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("{scheme: api_key, field: auth.key, secret: pin}"))
    call = call_to(connector.spec, platform.url, pin="s3")
    platform.answers_with(200, {"rows": []})
    await connector.lookup(subject, call)
    assert platform.seen[0].json == {"phone": subject.number, "auth": {"key": "s3"}}
    platform.answers_with(204, b"")
    assert await connector.unbind(subject, ACCOUNT, call) == Done()
    assert platform.seen[1].body == b"id=b1&auth.key=s3"


async def test_the_key_of_an_order_can_go_into_the_query(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("{scheme: none}") + "idempotency: {mode: key, query: once}\n")
    platform.answers_with(204, b"")
    await connector.unbind(subject, ACCOUNT, call_to(connector.spec, platform.url, key="k1"))
    assert platform.seen[0].query == {"once": "k1"}


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_rate_limit_headers_say_how_long_to_wait(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject, status: int
) -> None:
    connector = rest(manifest("{scheme: bearer, secret: pin}"))
    platform.answers_with(status, {"message": "slow down"})
    platform.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "17"}
    call = call_to(connector.spec, platform.url, pin="s3")
    for asked in (connector.lookup(subject, call), connector.unbind(subject, ACCOUNT, call)):
        with pytest.raises(RateLimited) as caught:
            await asked
        assert (caught.value.retry_after, caught.value.maybe_done) == (17, False)


async def test_no_credential_shows_in_an_error_or_in_a_repr(
    rest: Rest, platform: ANY, call_to: ANY, subject: Subject
) -> None:
    connector = rest(manifest("{scheme: api_key, field: key, secret: pin}"))
    platform.answers_with(500, {"echo": "topsecret"})
    with pytest.raises(Unavailable) as caught:
        await connector.lookup(subject, call_to(connector.spec, platform.url, pin="topsecret"))
    assert "topsecret" in json.dumps(platform.seen[0].json)
    assert "topsecret" not in repr(caught.value)
    assert "13800001234" not in repr(caught.value)


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        (
            "{scheme: oauth2, token: /t, client_id: nobody, client_secret: pin}",
            "acme.yaml:13:35 auth.client_id: there is no setting nobody in config",
        ),
        (
            "{scheme: oauth2, token: /t, client_id: client, client_secret: client}",
            "auth.client_secret: the setting client must be of type secret",
        ),
        (
            "{scheme: oauth2, token: '/t/${config.x}', client_id: client, client_secret: pin}",
            "auth.token: there is no setting x in config",
        ),
        (
            "{scheme: oauth2, token: '${config.realm}', client_id: client, client_secret: pin}",
            "auth.token: the setting realm must be of type url",
        ),
        (
            "{scheme: oauth2, token: 'http://id.acme.example/t', client_id: client}",
            "auth.token: expected a path such as /oauth/token, an https address",
        ),
        (
            "{scheme: oauth2, token: '/t/{realm}', client_id: client, client_secret: pin}",
            "auth.token: expected a path",
        ),
        (
            "{scheme: hmac, secret: pin, header: X-Sign, parts: [method, nonce]}",
            "auth: the nonce must be signed if and only if it has a header",
        ),
        (
            "{scheme: hmac, secret: pin, header: X-Sign, parts: [methd]}",
            "auth.parts[0]: expected 'method'",
        ),
        (
            "{scheme: api_key, secret: pin, header: X, query: y}",
            "auth: expected one of header, query and field",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(rest: Rest, auth: str, message: str) -> None:
    with pytest.raises(ContractError) as caught:
        rest(manifest(auth))
    assert message in str(caught.value)


def test_a_key_for_the_body_needs_a_body(rest: Rest) -> None:
    text = manifest("{scheme: api_key, field: key, secret: pin}")
    with pytest.raises(ContractError, match=r"lookup\.request: auth\.field key needs a json"):
        rest(text.replace(', json: {phone: "${subject.number}"}', ""))
