"""The page's static files and schema reference. They contain no personal data and need no token;
the page loads data from the GraphQL endpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jiebang.app.http import action_terms, terms
from jiebang.schema.http.persisted_documents import digest
from jiebang.schema.reference import reference

DIRECTORY = Path(__file__).parents[1] / "console"
_MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
#: Scripts, styles and requests only from and to this origin, and no inline scripts.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # Cached but revalidated each time, so that a new version is complete at once.
    "cache-control": "no-cache",
}


#: Display names of enum values, Chinese and English, by enum and value.
TERMS: Mapping[str, Mapping[str, terms.Pair]] = {
    "outcome": terms.OUTCOMES,
    "unknown": terms.UNKNOWN_REASONS,
    "deny": terms.DENY_REASONS,
    "status": terms.STATUSES,
    "progress": terms.PROGRESS,
    "verification": terms.VERIFICATIONS,
    **action_terms.page_terms(),
}


@dataclass(frozen=True, slots=True)
class _Content:
    body: bytes = field(repr=False)
    media: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


def routes() -> list[Route]:
    return [Route("/", _serve_file), Route("/console/{name:path}", _serve_file)]


@cache
def contents() -> Mapping[str, _Content]:
    """Return everything that is served, by path below ``/console/``.

    Requests are looked up in this mapping and never on disk, so paths cannot escape.
    """
    known = reference()
    hashes = {str(one["name"]): digest(str(one["text"])) for one in known["documents"]}
    files = {
        path.relative_to(DIRECTORY).as_posix(): _Content(path.read_bytes(), _MEDIA[path.suffix])
        for path in DIRECTORY.rglob("*")
        if path.suffix in _MEDIA
    }
    return {
        **files,
        "documents.json": _Content(orjson.dumps(hashes), _MEDIA[".json"]),
        "schema.json": _Content(orjson.dumps(known), _MEDIA[".json"]),
        "terms.json": _Content(orjson.dumps(TERMS), _MEDIA[".json"]),
    }


async def _serve_file(request: Request) -> Response:
    found = contents().get(request.path_params.get("name", "index.html"))
    if found is None:
        return Response("There is no such file.", 404, HEADERS, "text/plain")
    headers = {**HEADERS, "etag": found.etag}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(found.body, 200, headers, found.media)
