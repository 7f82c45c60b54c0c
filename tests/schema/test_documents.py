"""The shipped documents; `test_schema` validates them against the schema."""

from __future__ import annotations

import pytest
from graphql import OperationDefinitionNode, parse

from jiebang.schema.documents import DIRECTORY, documents


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
