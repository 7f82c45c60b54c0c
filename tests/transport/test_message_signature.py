"""HTTP Message Signatures (RFC 9421) over callbacks: the RFC's vectors, then forgeries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures.algorithms import (  # pyright: ignore[reportPrivateImportUsage]
    ED25519,  # pyright: ignore[reportPrivateImportUsage]
    HMAC_SHA256,  # pyright: ignore[reportPrivateImportUsage]
)
from http_message_signatures.resolvers import MappingKeyResolver
from http_message_signatures.signatures import HTTPMessageVerifier
from hypothesis import given
from hypothesis import strategies as st

from jiebang.sdk import (
    CallbackInvalid,
    CallbackRequest,
    ConfigFault,
    ContractError,
    HttpSignatures,
    KeyFormat,
    Secret,
    SignatureAlgorithm,
    VerifiedCallback,
)
from jiebang.transport import verify

Lines = dict[str, str] | list[tuple[str, str]]
URL = "https://gateway.test/callbacks/acme/t"
BODY = '{"event": "e-7", "名": "张"}'.encode()
SHARED, OTHER = "a-shared-key", "another-key"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(
    PRIVATE.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode()
HMAC = HttpSignatures(key="hook", algorithm=SignatureAlgorithm.HMAC_SHA256)
EDWARDS = HttpSignatures(key="hook", algorithm=SignatureAlgorithm.ED25519)
COVERED = ("@method", "@target-uri", "content-digest")

RFC_SECRET = (
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
)
RFC_PUBLIC = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="
RFC_HEADERS = {
    "Host": "example.com",
    "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "Content-Type": "application/json",
    "Content-Digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm"
    "+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
    "Content-Length": "18",
}
RFC_BODY = b'{"hello": "world"}'
#: RFC 9421, appendix B.2.5 and B.2.6: name, algorithm, key, covered, key id, signature.
VECTORS = [
    (
        "sig-b25",
        SignatureAlgorithm.HMAC_SHA256,
        RFC_SECRET,
        '"date" "@authority" "content-type"',
        "test-shared-secret",
        "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=",
    ),
    (
        "sig-b26",
        SignatureAlgorithm.ED25519,
        RFC_PUBLIC,
        '"date" "@method" "@path" "@authority" "content-type" "content-length"',
        "test-key-ed25519",
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
    ),
]


@dataclass
class HandSignature:
    """A signature built by hand, line by line as in the RFC."""

    auth: HttpSignatures = HMAC
    covered: tuple[str, ...] = COVERED
    label: str = "sig1"
    key: str = SHARED
    body: bytes = BODY
    method: str = "POST"
    url: str = URL
    created: int | None = field(default_factory=lambda: int(time.time()))
    more: str = ';keyid="k-1"'
    extra: dict[str, str] = field(default_factory=dict[str, str])

    def headers(self) -> dict[str, str]:
        digest = base64.b64encode(hashlib.sha256(self.body).digest()).decode()
        headers = {"content-digest": f"sha-256=:{digest}:", **self.extra}
        found = {
            "@method": self.method,
            "@target-uri": self.url,
            "@path": "/" + self.url.split("/", 3)[3],
            "@authority": self.url.split("/")[2],
            **headers,
        }
        names = " ".join(f'"{name}"' for name in self.covered)
        created = "" if self.created is None else f";created={self.created}"
        params = f"({names}){created}{self.more}"
        lines = [f'"{name}": {found[name]}' for name in self.covered]
        base = "\n".join([*lines, f'"@signature-params": {params}']).encode()
        if self.auth.algorithm is SignatureAlgorithm.ED25519:
            signature = PRIVATE.sign(base)
        else:
            signature = hmac.new(self.key.encode(), base, hashlib.sha256).digest()
        text = base64.b64encode(signature).decode()
        return headers | {
            "signature-input": f"{self.label}={params}",
            "signature": f"{self.label}=:{text}:",
        }


def verify_signed(
    headers: Lines, *, auth: HttpSignatures = HMAC, body: bytes = BODY, key: str | None = None
) -> VerifiedCallback:
    lines = tuple(headers.items() if isinstance(headers, dict) else headers)
    given = key or (PUBLIC if auth.algorithm is SignatureAlgorithm.ED25519 else SHARED)
    return verify(auth, Secret(given), CallbackRequest(url=URL, headers=lines, body=body))


def assert_refused(headers: Lines, **how: Any) -> None:
    with pytest.raises(CallbackInvalid):
        verify_signed(headers, **how)


@pytest.mark.parametrize(
    ("label", "algorithm", "key", "covered", "keyid", "signature"), VECTORS, ids=["hmac", "ed25519"]
)
def test_the_vectors_of_the_rfc_hold_and_are_refused_as_old_and_weak(
    label: str, algorithm: SignatureAlgorithm, key: str, covered: str, keyid: str, signature: str
) -> None:
    params = f'({covered});created=1618884473;keyid="{keyid}"'
    headers = {
        **RFC_HEADERS,
        "Signature-Input": f"{label}={params}",
        "Signature": f"{label}=:{signature}:",
    }

    @dataclass
    class Message:
        method: str
        url: str
        headers: dict[str, str]

    is_hmac = algorithm is SignatureAlgorithm.HMAC_SHA256
    pem = f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n".encode()
    known: Any = {keyid: base64.b64decode(key) if is_hmac else pem}
    verifier = cast(
        Any,
        HTTPMessageVerifier(
            signature_algorithm=HMAC_SHA256 if is_hmac else ED25519,
            key_resolver=MappingKeyResolver(public_keys=known, private_keys={}),
        ),
    )
    url = "https://example.com/foo?param=Value&Pet=dog"
    assert verifier.verify(Message("POST", url, headers), max_age=None)
    auth = HttpSignatures(
        key="hook",
        algorithm=algorithm,
        key_format=KeyFormat.BASE64 if is_hmac else KeyFormat.TEXT,
    )
    assert_refused(headers, auth=auth, key=key, body=RFC_BODY)


@pytest.mark.parametrize("auth", [HMAC, EDWARDS], ids=["hmac", "ed25519"])
@pytest.mark.parametrize("target", ["@target-uri", "@path"])
def test_a_good_callback_is_decoded(auth: HttpSignatures, target: str) -> None:
    covered = ("@method", target, "content-digest")
    headers = HandSignature(auth, covered).headers() | {"authorization": "dropped"}
    event = verify_signed(headers, auth=auth)
    assert event.json == {"event": "e-7", "名": "张"}
    assert set(event.headers) == {"content-digest"}
    assert len(event.event_id) == 64


def test_two_keys_hold_while_one_replaces_the_other() -> None:
    for key in (SHARED, OTHER):
        assert verify_signed(HandSignature(key=key).headers(), key=f"{OTHER} {SHARED}")
    unrelated = base64.b64encode(bytes(32)).decode()
    assert verify_signed(
        HandSignature(EDWARDS).headers(), auth=EDWARDS, key=f"{unrelated} {PUBLIC}"
    )


def test_a_public_key_may_be_pem_der_or_bare() -> None:
    public = PRIVATE.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for key in (pem, base64.b64encode(der).decode(), PUBLIC):
        assert verify_signed(HandSignature(EDWARDS).headers(), auth=EDWARDS, key=key)
    for key in ("x", "AAAA", "-----BEGIN PUBLIC KEY-----"):
        with pytest.raises(ConfigFault):
            verify_signed(HandSignature(EDWARDS).headers(), auth=EDWARDS, key=key)


def test_an_event_is_known_by_a_covered_header_or_by_the_body() -> None:
    named = replace(HMAC, event_header="X-Event")
    signing = HandSignature(covered=(*COVERED, "x-event"), extra={"x-event": "e-1"})
    assert verify_signed(signing.headers(), auth=named).event_id == "e-1"
    pointed = replace(HMAC, event_pointer="/event")
    assert verify_signed(HandSignature().headers(), auth=pointed).event_id == "e-7"


def test_an_id_in_a_header_nobody_signed_is_refused() -> None:
    named = replace(HMAC, event_header="X-Event")
    assert_refused(HandSignature(extra={"x-event": "e-1"}).headers(), auth=named)


@pytest.mark.parametrize("auth", [HMAC, EDWARDS], ids=["hmac", "ed25519"])
def test_a_changed_body_is_refused(auth: HttpSignatures) -> None:
    changed = BODY.replace(b"e-7", b"e-8")
    assert_refused(HandSignature(auth).headers(), auth=auth, body=changed)
    digest = HandSignature(auth, body=changed).headers()["content-digest"]
    swapped = HandSignature(auth).headers() | {"content-digest": digest}
    assert_refused(swapped, auth=auth, body=changed)


def test_a_foreign_key_is_refused() -> None:
    assert_refused(HandSignature(key=OTHER).headers())
    assert_refused(
        HandSignature(EDWARDS).headers(), auth=EDWARDS, key=base64.b64encode(bytes(32)).decode()
    )


def test_a_signature_without_its_time_or_past_its_end_is_refused() -> None:
    assert_refused(HandSignature(created=None).headers())
    ended = int(time.time()) - 400
    assert_refused(HandSignature(more=f';expires={ended};keyid="k-1"').headers())


@pytest.mark.parametrize(
    "covered",
    [
        (),
        ("@method",),
        ("@target-uri", "content-digest"),
        ("@method", "content-digest"),
        ("@method", "@authority", "content-digest"),
        ("@method", "@target-uri"),
    ],
)
def test_a_signature_that_covers_too_little_is_refused(covered: tuple[str, ...]) -> None:
    assert_refused(HandSignature(covered=covered).headers())


@pytest.mark.parametrize(
    "other", [{"url": f"{URL}x"}, {"url": "https://elsewhere.test/"}, {"method": "PUT"}]
)
def test_a_callback_for_another_address_or_method_is_refused(other: dict[str, str]) -> None:
    assert_refused(HandSignature(**cast(Any, other)).headers())


@pytest.mark.parametrize("alg", ["rsa-pss-sha512", "ed25519", "none", "HMAC-SHA256"])
def test_another_algorithm_named_in_the_header_is_refused(alg: str) -> None:
    assert_refused(HandSignature(more=f';keyid="k-1";alg="{alg}"').headers())
    assert verify_signed(HandSignature(more=';keyid="k-1";alg="hmac-sha256"').headers())


def test_a_public_key_is_never_taken_for_a_shared_one() -> None:
    # An attacker uses the public key as an HMAC key, and declares that algorithm.
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for key in (PUBLIC, pem.decode(), pem.decode().strip()):
        for more in (';keyid="k-1"', ';keyid="k-1";alg="hmac-sha256"'):
            assert_refused(HandSignature(key=key, more=more).headers(), auth=EDWARDS)


def test_the_key_id_and_the_tag_must_be_those_declared() -> None:
    strict = replace(HMAC, keyid="k-1", tag="unbind")
    good = ';keyid="k-1";tag="unbind"'
    assert verify_signed(HandSignature(more=good).headers(), auth=strict)
    for more in (';keyid="k-2";tag="unbind"', ';keyid="k-1";tag="x"', ';keyid="k-1"', ""):
        assert_refused(HandSignature(more=more).headers(), auth=strict)


def test_of_two_signatures_only_a_tag_can_choose() -> None:
    ours = HandSignature(more=';keyid="k-1";tag="unbind"').headers()
    proxy = HandSignature(label="proxy", key=OTHER).headers()
    both = ours | {
        name: f"{ours[name]}, {proxy[name]}" for name in ("signature", "signature-input")
    }
    assert verify_signed(both, auth=replace(HMAC, tag="unbind"))
    assert_refused(both)


def test_a_label_that_comes_twice_is_refused() -> None:
    good, bad = HandSignature().headers(), HandSignature(key=OTHER).headers()
    for first, second in ((good, bad), (bad, good)):
        assert_refused(
            good
            | {name: f"{first[name]}, {second[name]}" for name in ("signature", "signature-input")}
        )


@pytest.mark.parametrize(
    "signature",
    [
        "sig1",
        "sig1=:!!!:",
        "sig1=::",
        'sig1="text"',
        "sig1=:AAAA:,,",
        "sig2=:AAAA:",
        "é",
        ",",
        "sig1=:AAAA:, sig2=:AAAA:",
    ],
)
def test_a_malformed_signature_is_refused(signature: str) -> None:
    assert_refused(HandSignature().headers() | {"signature": signature})


@pytest.mark.parametrize("digest", ["sha-256=:AAAA:", "md5=:AAAA:", "x", "sha-256=1", ","])
def test_a_malformed_digest_is_refused_although_it_is_signed(digest: str) -> None:
    assert_refused(HandSignature(extra={"content-digest": digest}).headers())


def test_a_public_key_has_no_format() -> None:
    with pytest.raises(ContractError, match="key_format"):
        replace(EDWARDS, key_format=KeyFormat.HEX)


@given(
    st.dictionaries(st.sampled_from(["signature", "signature-input", "content-digest"]), st.text()),
    st.binary(),
)
def test_noise_is_refused_and_never_breaks_anything(headers: dict[str, str], body: bytes) -> None:
    assert_refused(HandSignature().headers() | headers, body=body + b"x")
