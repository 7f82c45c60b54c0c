"""YAML files: what is accepted, what is refused, and where."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.connectors.manifest import read
from jiebang.sdk import ContractError


def write_manifest(folder: Path, text: str | bytes) -> Path:
    path = folder / "acme.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_values_are_plain_and_know_their_places(tmp_path: Path) -> None:
    text = "a: 1\nb:\n  - x: true\n  - {y: null, z: 1.5}\nno: no\nday: 2026-11-01\nv: 0.1.0\n"
    document = read(write_manifest(tmp_path, text))
    assert document.data == {
        "a": 1,
        "b": [{"x": True}, {"y": None, "z": 1.5}],
        "no": "no",
        "day": "2026-11-01",
        "v": "0.1.0",
    }
    assert document.place(("b",)) == (2, 1)
    assert document.place(("b", 1)) == (4, 5)
    assert document.place(("b", 1, "z")) == (4, 15)
    assert document.place(("b", 1, "nothing")) == (4, 5), "a missing field is where its parent is"


def test_keys_are_texts_as_they_are_written(tmp_path: Path) -> None:
    text = "map: {0123: a, true: b, 404: c}\n"
    assert read(write_manifest(tmp_path, text)).data == {
        "map": {"0123": "a", "true": "b", "404": "c"}
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "acme.yaml:3:1: the key a occurs twice"),
        ("a:\n\t- b\n", "acme.yaml:2:1: a tab; YAML indents with spaces"),
        ("a: 1\n---\nb: 2\n", "acme.yaml:2:1: a second document; a file holds one manifest"),
        (b"a: 1\nb: x\xff\n", "acme.yaml:2:5: not valid UTF-8"),
        ("a: 1\nb: \x01\n", "acme.yaml:2:4: a character YAML forbids"),
        ("phone: +8613800001234\n", "acme.yaml:1:8: +8613800001234 would be read as"),
        ("code: 0123\n", "acme.yaml:1:7: 0123 would be read as"),
        ("a: 1e400\n", "acme.yaml:1:4: 1e400 would be read as"),
        ("%YAML 1.1\n---\na: no\n", "acme.yaml:3:4: no would be read as"),
        ("a: {<<: {b: 1}}\n", "acme.yaml:1:5: merge keys (<<) are not read"),
        ("a: !!python/object:os.system x\n", "acme.yaml:1:4: tags (!) are not read"),
        ("a: &x [*x]\n", "acme.yaml:1:4: nested more than 40 levels deep"),
        ("a: *nobody\n", "acme.yaml:1:4: found undefined alias"),
        (
            "a: &x 1\nb: &x 'second occurrence in x, line 7, column 8'\n",
            "acme.yaml:2:4: an anchor (&) that occurs twice",
        ),
        ("? [a]\n: b\n", "acme.yaml:1:3: expected a string as key"),
        ("a: [1\n", "acme.yaml:2:1: expected ',' or ']'"),
        ("[" * 5000, "acme.yaml:1:1: nested too deeply"),
        ("- a\n", "acme.yaml:1:1: expected a mapping"),
        ("", "acme.yaml:1:1: expected a mapping"),
        ("just text", "acme.yaml:1:1: expected a mapping"),
        ("a: " + "x" * 300_000, "acme.yaml:1:1: larger than 256 KiB"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(ContractError) as caught:
        read(write_manifest(tmp_path, text))
    assert str(caught.value).startswith(message)


def test_aliases_are_read_but_cannot_unfold_without_end(tmp_path: Path) -> None:
    assert read(write_manifest(tmp_path, "a: &x [1]\nb: *x\n")).data == {"a": [1], "b": [1]}
    bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for level in range(1, 12):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    with pytest.raises(ContractError, match="expands into more than 20000 values"):
        read(write_manifest(tmp_path, bomb))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"acme\.yaml: cannot be read: No such file"):
        read(tmp_path / "acme.yaml")


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused_and_nothing_else(noise: bytes) -> None:

    with tempfile.TemporaryDirectory() as folder:
        path = write_manifest(Path(folder), noise)
        try:
            data: object = read(path).data
        except ContractError as error:
            data = {"refused": str(error).startswith("acme.yaml:")}
        assert isinstance(data, dict)
        assert data.get("refused", True)
