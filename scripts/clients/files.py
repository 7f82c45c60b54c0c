"""What is kept of the clients and follows from the schema, file by file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from graphql import build_schema
from scripts.clients.annotation import TypeCollector
from scripts.clients.document import NOTE, Document

from jiebang.schema.documents import HASHES
from jiebang.schema.schema import SDL_FILE

REPOSITORY = Path(__file__).parents[2]
PYTHON = REPOSITORY / "schema/clients/python/src/jiebang_client"


def files() -> dict[Path, str]:
    """The text of each."""
    held = Document.load_all()
    hashes = "".join(f"{one.sha256}  {one.stem}\n" for one in held)
    return {HASHES: hashes} | {PYTHON / f"{name}.py": text for name, text in _modules(held)}


def _modules(held: list[Document]) -> Iterator[tuple[str, str]]:
    """Those of the Python package, by name."""
    schema = build_schema(SDL_FILE.read_text(encoding="utf-8"), assume_valid=True)
    types = TypeCollector(
        schema, {name: one for held_ in held for name, one in held_.fragments.items()}
    )
    for document in held:
        types.add_document(document)

    days = 'Date: TypeAlias = date | str\n"""A day; as text in ISO 8601, which is what comes."""\n'
    modules = {
        "words": (
            "What the schema calls things. A newer gateway may know more.",
            "from datetime import date\nfrom typing import Literal, TypeAlias\n",
            [days, *(text for _, text in sorted(types.enums.items()))],
        ),
        "inputs": (
            "What the trusted documents take.",
            "from typing import NotRequired, TypeAlias, TypedDict\n\n"
            "from jiebang_client import words\n",
            list(types.inputs.values()),
        ),
        "results": (
            "What the trusted documents give, as it comes.",
            "from typing import Literal, TypedDict\n\nfrom jiebang_client import words\n",
            [shape.render(name) for name, shape in types.results.items()],
        ),
        "documents": (
            "The trusted documents.",
            "from jiebang_client import inputs, results\n"
            "from jiebang_client.operation import Request, Subscription\n",
            [_constant(one) for one in held],
        ),
    }
    for name, (about, imports, parts) in modules.items():
        # No future import: a TypedDict that is called needs its annotations evaluated.
        text = f'"""{about}\n\n{NOTE}"""\n\n{imports}\n' + "\n".join(parts)
        yield name, _format_code(text)


def _constant(one: Document) -> str:
    follows = one.kind == "subscription"
    kind = "Subscription" if follows else "Request"
    more = f"resumes={one.is_resumable}" if follows else f"repeatable={one.kind == 'query'}"
    takes, gives = f"inputs.{one.name}Variables", f"results.{one.name}Data"
    return (
        f"{one.stem.upper()}: {kind}[{takes}, {gives}] = {kind}(\n"
        f'"{one.name}", "{one.stem}", "{one.sha256}", {more})\n"""{one.comment}"""\n'
    )


def _format_code(text: str) -> str:
    for command in (["check", "--select", "I,F401", "--fix", "--silent"], ["format"]):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "ruff",
                *command,
                "--stdin-filename",
                "schema/clients/x.py",
                "-",
            ],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=REPOSITORY,
        )
        text = done.stdout
    return text
