"""One request as text, with its secrets blanked out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from jiebang.app.commands.connector.placeholder import BLANK
from jiebang.app.commands.connector.recording import SentRequest
from jiebang.app.commands.connector.terminal import escape_controls
from jiebang.gateway.domain.phone_number import mask_number
from jiebang.sdk import (
    ClientCredentials,
    ConfigFault,
    ConnectorSpec,
    RequestSignature,
    Secret,
    Subject,
)
from jiebang.transport.address import address


def request_lines(
    spec: ConnectorSpec, values: Mapping[str, str | Secret], sent: SentRequest
) -> Iterator[str]:
    """Yield method and URL, headers and body as the platform would receive them, not masked yet."""
    try:
        url = str(address(sent.path, spec, values).extend_query(sent.params))
    except ConfigFault as fault:
        url = f"{sent.path} (refused: {fault})"
    yield f"{sent.method} {url}"
    for name, value in {**sent.headers, **_client_headers(spec, sent)}.items():
        # Basic credentials are encoded, which would hide the blank.
        yield f"{name}: {f'Basic {BLANK}' if value.startswith('Basic ') else value}"
    if sent.json is not None:
        text = json.dumps(sent.json, ensure_ascii=False, indent=2)
        yield from ("", *text.splitlines())
    elif sent.form is not None:
        yield from ("", urlencode(sent.form, safe="*"))


def mask_for_terminal(text: str, subject: Subject) -> str:
    """Return the text for a terminal, with the number masked in national and international form."""
    digits = subject.national.removeprefix("+")
    return escape_controls(text).replace(digits, mask_number(subject.number).removeprefix("+"))


def _client_headers(spec: ConnectorSpec, sent: SentRequest) -> dict[str, str]:
    """Return the headers that the client adds to the connector's own."""
    found: dict[str, str] = {}
    if sent.json is not None and "Content-Type" not in sent.headers:
        found["Content-Type"] = "application/json"
    if sent.form is not None:
        found["Content-Type"] = "application/x-www-form-urlencoded"
    match spec.auth:
        case ClientCredentials(token=token):
            found["Authorization"] = f"Bearer {BLANK} (fetched from {token})"
        case RequestSignature() as signature:
            for name in (signature.timestamp_header, signature.nonce_header):
                if name is not None:
                    found[name] = BLANK
            found[signature.header] = f"{signature.prefix}{BLANK}"
        case None:
            pass
    return found
