"""The documents that ship, and what the clients hold of them; `test_schema` holds them against the
schema."""

from __future__ import annotations

import jiebang_client.documents
import pytest
from graphql import OperationDefinitionNode, parse
from jiebang_client.operation import Operation
from scripts.clients.files import files

from jiebang.schema.documents import DIRECTORY, documents
from jiebang.schema.http.persisted_documents import documents_by_hash


@pytest.mark.parametrize("name", documents())
def test_a_document_is_one_operation_named_like_its_file(name: str) -> None:
    operations = [
        one
        for one in parse(documents()[name]).definitions
        if isinstance(one, OperationDefinitionNode)
    ]
    assert len(operations) == 1
    assert operations[0].name is not None
    assert operations[0].name.value == "".join(part.title() for part in name.split("_"))


def test_every_fragment_is_used() -> None:
    used = "\n".join(documents().values())
    shared = (DIRECTORY / "fragments.graphql").read_text()
    assert fragments(used) == fragments(shared)


def fragments(text: str) -> set[str]:
    return {line.split()[1] for line in text.splitlines() if line.startswith("fragment ")}


def test_what_follows_from_them_and_is_kept_is_up_to_date() -> None:
    """A hash that changes is one that clients in use no longer find: name a new document anew."""
    stale = [path.name for path, text in files().items() if path.read_text("utf-8") != text]
    assert not stale, "run python -m scripts.clients"


def test_the_python_client_has_the_gateways_texts() -> None:
    held = [one for one in vars(jiebang_client.documents).values() if isinstance(one, Operation)]
    assert {one.sha256: one.text for one in held} == documents_by_hash()
