"""`jiebang schema`: what it prints for clients."""

from __future__ import annotations

import hashlib
import json

from typer.testing import CliRunner

from jiebang.app.commands.schema import schema
from jiebang.schema.documents import documents
from jiebang.schema.schema import print_schema


def test_without_more_it_prints_the_schema() -> None:
    result = CliRunner().invoke(schema)
    assert (result.exit_code, result.stdout) == (0, print_schema())


def test_every_trusted_document_is_listed_by_its_hash() -> None:
    operations = json.loads(CliRunner().invoke(schema, ["documents"]).stdout)["operations"]
    assert {one["body"] for one in operations} == set(documents().values())
    for one in operations:
        assert one["id"] == hashlib.sha256(one["body"].encode()).hexdigest()
    kinds = {one["name"]: one["type"] for one in operations}
    assert (kinds["Lookup"], kinds["StartRenewal"]) == ("query", "mutation")
    assert kinds["RenewalProgress"] == "subscription"
