"""The page's files and their headers."""

from __future__ import annotations

import asyncio
import graphlib
import posixpath
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette
from yarl import URL

from jiebang.app.http.console import DIRECTORY, routes
from jiebang.app.http.server import listen, serve
from jiebang.schema.documents import documents
from jiebang.schema.http.persisted_documents import digest, documents_by_hash
from jiebang.sdk import Category

FILES = sorted(
    path.relative_to(DIRECTORY).as_posix() for path in DIRECTORY.rglob("*") if path.is_file()
)
SCRIPTS = [name for name in FILES if name.endswith(".js")]
#: The scripts in each of these folders may import from these folders; main.js may import all.
MAY_IMPORT = {
    "words": {"words"},
    "data": {"data"},
    "widgets": {"data", "widgets"},
    "views": {"data", "widgets", "words"},
}


def imports(script: str) -> set[str]:
    """Return the files that a script imports, including those in type comments."""
    text = (DIRECTORY / script).read_text(encoding="utf-8")
    paths: list[str] = re.findall(r"""(?:from|import)\s*\(?["']([^"']+)["']""", text)
    assert all(path.startswith(("./", "../")) for path in paths), paths
    return {posixpath.normpath(posixpath.join(posixpath.dirname(script), path)) for path in paths}


@dataclass(frozen=True, slots=True)
class ConsoleClient:
    url: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        url = URL(self.url + path, encoded=True)
        async with self.session.get(url, headers=sent) as reply:
            return reply, await reply.read()

    async def json(self, path: str) -> Any:
        async with self.session.get(self.url + path) as reply:
            return await reply.json()


@pytest.fixture
async def site() -> AsyncGenerator[ConsoleClient]:
    stop = asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        running = asyncio.create_task(serve(Starlette(routes=routes()), listener, stop))
        async with aiohttp.ClientSession() as session:
            yield ConsoleClient(url, session)
        stop.set()
        await running


async def test_every_reply_lets_in_nothing_but_our_own_files(site: ConsoleClient) -> None:
    for path in ("/", *(f"/console/{name}" for name in FILES), "/console/none"):
        headers = (await site.get(path))[0].headers
        parts = headers["content-security-policy"].split(";")
        policy = dict(one.strip().split(" ", 1) for one in parts)
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_a_file_is_sent_again_only_when_it_changed(site: ConsoleClient) -> None:
    for name in FILES:
        reply, content = await site.get(f"/console/{name}")
        assert content == (DIRECTORY / name).read_bytes()
        again, nothing = await site.get(f"/console/{name}", if_none_match=reply.headers["etag"])
        assert (again.status, nothing) == (304, b"")
        other, whole = await site.get(f"/console/{name}", if_none_match='"other"')
        assert (other.status, whole) == (200, content)


@pytest.mark.parametrize(
    "path",
    [
        "/console/none.js",
        "/console/",
        "/console/views",
        "/console/views/",
        "/console/views/none.js",
        "/console/views//home.js",
        "/console/views/../main.js",
        "/console/views/%2e%2e/main.js",
        "/console/../http/console.py",
        "/console/..%2Fhttp%2Fconsole.py",
        "/console/%2e%2e/http/console.py",
        "/console//etc/passwd",
        "/http/console.py",
    ],
)
async def test_nothing_else_is_served(site: ConsoleClient, path: str) -> None:
    assert (await site.get(path))[0].status == 404


async def test_the_trusted_documents_are_known_by_name_and_hash(site: ConsoleClient) -> None:
    told = await site.json("/console/documents.json")
    assert set(told.values()) == set(documents_by_hash())
    assert told["Coverage"] == digest(documents()["coverage"])


async def test_the_schema_is_told_without_a_token(site: ConsoleClient) -> None:
    told = await site.json("/console/schema.json")
    assert {"Query", "Mutation"} <= {one["name"] for one in told["types"]}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_makes_no_markup_and_imports_only_its_neighbours(script: str) -> None:
    text = (DIRECTORY / script).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
    assert imports(script) <= set(SCRIPTS)
    assert text.startswith("// @ts-check\n")


@pytest.mark.parametrize("script", [name for name in SCRIPTS if name != "main.js"])
def test_a_script_imports_only_from_the_folders_below_its_own(script: str) -> None:
    folder = posixpath.dirname(script)
    assert {posixpath.dirname(name) for name in imports(script)} <= MAY_IMPORT[folder]


def test_no_script_imports_itself_in_a_circle() -> None:
    graph = {script: imports(script) for script in SCRIPTS}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


@pytest.mark.parametrize(
    "name", [name for name in SCRIPTS if name.startswith("words/") and name != "words/terms.js"]
)
def test_both_languages_say_the_same_things(name: str) -> None:
    text = (DIRECTORY / name).read_text(encoding="utf-8")
    chinese, english = text.split("  en: {\n", 1)
    keys = [re.findall(r'^    "([\w.]+)":', part, re.MULTILINE) for part in (chinese, english)]
    assert keys[0] == keys[1] != []


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_name_and_a_picture(category: Category) -> None:
    named = (DIRECTORY / "words/index.js").read_text(encoding="utf-8")
    assert named.count(f'"category.{category.name}":') == 2
    assert f"  {category.name}:" in (DIRECTORY / "widgets/icons.js").read_text(encoding="utf-8")
