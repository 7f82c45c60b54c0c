"""What is wrong with a command's input is one sentence, and never shows the number."""

from __future__ import annotations

import pytest
from tests.app.commands.connector.running import assert_one_sentence, run

NUMBER = "13912341234"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "leshop", "12"), "not a phone number"),
        (("explain", "leshop", "+85261234567"), "only serves numbers from CN; this one is from HK"),
        (("explain", "leshop", NUMBER, "--operation", "cancel"), "expected lookup"),
        (("explain", "guide_uber", NUMBER), "is a guide"),
        (("explain", "leshop", NUMBER, "--held-since", "soon"), "YYYY-MM-DD"),
        (("explain", "leshop", NUMBER, "--reply", "nowhere.json"), "cannot be read"),
        (("explain", "leshop", NUMBER, "--platform", "other"), "does not serve"),
        (("explain", "nobody", NUMBER), "There is no"),
        (("try", "leshop", NUMBER, "--yes"), "jiebang sandbox"),
        (("try", "nobody", NUMBER, "--yes"), "connector list"),
        (("try", __file__, NUMBER, "--yes"), "load a manifest with JIEBANG_MANIFESTS"),
        (("try", "guide_uber", NUMBER, "--yes"), "is a guide"),
        (("try", "yijian", NUMBER, "--yes"), "JIEBANG_CONNECTORS__YIJIAN__"),
        (("try", "yijian", "12", "--yes"), "not a phone number"),
        (("test", "guide_uber", "--sandbox"), "no platform"),
        (("test", "leshop", "--level", "iron"), "expected one of"),
        (("test", "leshop", "--sandbox", "--only", "nothing"), "unknown check"),
        (("test", "leshop", "--fixtures", "nowhere.fixtures.yaml"), "cannot be read"),
        (("check", "leshopp"), "did you mean leshop?"),
        (("check", "zzz zzz"), "connector list"),
        (("check", "a..b"), "connector list"),
        (("schema", "soap"), "rest"),
        (("new", "--no-input", "--kind", "rest"), "--id is missing"),
    ],
)
def test_wrong_input_is_one_sentence_without_the_number(
    arguments: tuple[str, ...], said: str
) -> None:
    result = run(*arguments)
    assert_one_sentence(result, said)
    assert NUMBER not in result.output
