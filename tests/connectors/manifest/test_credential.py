"""How a manifest's connector authenticates: OAuth, signatures, keys in every place."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from tests.connectors.conftest import HEAD, Acme, ReceivedRequest, complaint

from jiebang.sdk import (
    ClientCredentials,
    ContractError,
    CredentialsFault,
    Done,
    NotBound,
    RateLimited,
    Unavailable,
)

SECTIONS = """\
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


def manifest(auth: str) -> str:
    return HEAD + SECTIONS.replace("AUTH", auth)


@pytest.fixture
def acme(acme: Acme) -> Acme:
    acme.settings = {"pin": "s3"}
    return acme


async def test_oauth_needs_three_names_and_a_path(acme: Acme) -> None:
    acme.load(
        manifest(
            '{scheme: oauth2, token: "/realms/${config.realm}/token", client_id: client,'
            " client_secret: pin, scopes: [phone.read], more: {audience: a}, client_in: body}"
        )
    )
    tokens = iter("ab")

    def respond(seen: ReceivedRequest) -> tuple[int, object]:
        if "token" in seen.path:
            return 200, {"access_token": next(tokens), "expires_in": 600}
        return (200, {"rows": []}) if seen.headers["authorization"] == "Bearer b" else (401, {})

    acme.platform.respond = respond
    for _ in range(2):
        assert isinstance(await acme.lookup(realm="r 2"), NotBound)
    token = "/realms/r%202/token"
    assert [seen.path for seen in acme.seen] == [token, "/q", token, "/q", "/q"]
    assert acme.seen[0].body == (
        b"grant_type=client_credentials&audience=a&scope=phone.read&client_id=me&client_secret=s3"
    )


async def test_a_client_that_is_refused_is_a_fault_of_the_credentials(acme: Acme) -> None:
    acme.load(manifest("{scheme: oauth2, token: /t, client_id: client, client_secret: pin}"))
    acme.platform.respond = lambda seen: (400, {"error": "invalid_client"})
    with pytest.raises(CredentialsFault) as caught:
        await acme.unbind()
    assert caught.value.platform_code == "invalid_client"
    assert not caught.value.maybe_done


@pytest.mark.parametrize(
    ("token", "place", "hosts"),
    [
        ("/oauth/token", "/oauth/token", set[str]()),
        ('"${config.tokens}"', "tokens", set[str]()),
        ("https://id.acme.example/t", "https://id.acme.example/t", {"id.acme.example"}),
        ("https://id.acme:8443/t", "https://id.acme:8443/t", {"id.acme:8443"}),
    ],
)
def test_the_token_has_a_place_on_a_declared_host(
    acme: Acme, token: str, place: str, hosts: set[str]
) -> None:
    auth = f"{{scheme: oauth2, token: {token}, client_id: client, client_secret: pin}}"
    spec = acme.load(manifest(auth)).spec
    assert isinstance(spec.auth, ClientCredentials)
    assert spec.auth.token == place
    assert spec.hosts == hosts


async def test_a_request_is_signed_in_the_form_the_manifest_chose(acme: Acme) -> None:
    acme.load(
        manifest(
            "{scheme: hmac, secret: pin, header: X-Sign, prefix: 'v1=', timestamp_header: X-Time,"
            " nonce_header: X-Nonce, parts: [method, path, query, timestamp, nonce, body]}"
        )
    )
    acme.answers_with(200, {"rows": []})
    acme.path = "/api"
    await acme.lookup()
    (seen,) = acme.seen
    time, nonce = seen.headers["x-time"], seen.headers["x-nonce"]
    digest = hashlib.sha256(seen.body).hexdigest()
    text = "\n".join(["POST", "/api/q", "a=%2B&z=1", time, nonce, digest])
    expected = hmac.new(b"s3", text.encode(), hashlib.sha256).hexdigest()
    assert seen.headers["x-sign"] == f"v1={expected}"
    assert int(time) > 1_700_000_000


async def test_a_key_can_go_into_a_field_of_the_body(acme: Acme) -> None:
    acme.load(manifest("{scheme: api_key, field: auth.key, secret: pin}"))
    acme.answers_with(200, {"rows": []})
    await acme.lookup()
    assert acme.seen[0].json == {"phone": acme.subject.number, "auth": {"key": "s3"}}
    acme.answers_with(204, b"")
    assert await acme.unbind() == Done()
    assert acme.seen[1].body == b"id=b1&auth.key=s3"


async def test_the_key_of_an_order_can_go_into_the_query(acme: Acme) -> None:
    acme.load(manifest("{scheme: none}") + "idempotency: {mode: key, query: once}\n")
    acme.answers_with(204, b"")
    await acme.unbind(key="k1")
    assert acme.seen[0].query == {"once": "k1"}


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_rate_limit_headers_say_how_long_to_wait(acme: Acme, status: int) -> None:
    acme.load(manifest("{scheme: bearer, secret: pin}"))
    acme.answers_with(status, {"message": "slow down"})
    acme.platform.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "17"}
    for asked in (acme.lookup(), acme.unbind()):
        with pytest.raises(RateLimited) as caught:
            await asked
        assert (caught.value.retry_after, caught.value.maybe_done) == (17, False)


async def test_no_credential_shows_in_an_error_or_in_a_repr(acme: Acme) -> None:
    acme.load(manifest("{scheme: api_key, field: key, secret: pin}"))
    acme.answers_with(500, {"echo": "topsecret"})
    with pytest.raises(Unavailable) as caught:
        await acme.lookup(pin="topsecret")
    assert "topsecret" in json.dumps(acme.seen[0].json)
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
def test_a_mistake_is_named_with_its_place(acme: Acme, auth: str, message: str) -> None:
    assert message in complaint(acme.load, manifest(auth))


def test_a_key_for_the_body_needs_a_body(acme: Acme) -> None:
    text = manifest("{scheme: api_key, field: key, secret: pin}")
    with pytest.raises(ContractError, match=r"lookup\.request: auth\.field key needs a json"):
        acme.load(text.replace(', json: {phone: "${subject.number}"}', ""))
