"""New connectors: the few files that a platform team starts with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jiebang.sdk import CONNECTOR_ID, Category, ContractError

__all__ = ["KINDS", "PRESETS", "ConnectorDraft", "check_value", "files"]

_HOME = Path(__file__).parent
_MARK = re.compile(r"@([A-Z_]+)@")

#: Account servers and similar systems that have a preset.
PRESETS = ("keycloak", "casdoor", "logto", "clevertap")
#: Kinds that send no lookup, or whose platform never reports an absence.
_LISTED = frozenset({"guide", "clevertap"})
_WORDS = frozenset({"true", "false", "null", "none"})
_MANIFEST = {"README.md": "README.md", "test_@ID@.py": "manifest_test.py"}


def _recorded_files(kind: str) -> dict[str, str]:
    return {
        "@ID@.yaml": f"{kind}.yaml",
        "@ID@.fixtures.yaml": f"{kind}.fixtures.yaml",
        **_MANIFEST,
    }


#: The files of each kind: the name in the new folder, and the template.
KINDS: Mapping[str, Mapping[str, str]] = {
    **{kind: _recorded_files(kind) for kind in ("rest", "graphql", "scim", "aggregator")},
    "guide": {"@ID@.yaml": "guide.yaml", **_MANIFEST},
    "python": {
        "pyproject.toml": "pyproject.toml",
        "jiebang_connector_@ID@.py": "connector.py",
        "@ID@.fixtures.yaml": "python.fixtures.yaml",
        "test_@ID@.py": "python_test.py",
    },
    **{preset: _recorded_files(preset) for preset in PRESETS},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorDraft:
    """The choices for a new connector. `base_url` is the https address of its interface, or for a
    guide of the page to start at. Raises `ContractError` that says what was expected."""

    kind: str
    id: str
    zh: str
    en: str
    category: str = Category.TOOLS.value
    base_url: str = "https://api.example.com"

    def __post_init__(self) -> None:
        for name in ("kind", "id", "zh", "en", "category", "base_url"):
            check_value(name, getattr(self, name))

    @property
    def level(self) -> str:
        """The level it reaches as generated."""
        return "listed" if self.kind in _LISTED else "bronze"

    @property
    def values(self) -> dict[str, str]:
        return {
            "ID": self.id,
            "DASHED": self.id.replace("_", "-"),
            "VARIABLE": self.id.upper(),
            "CLASS": "".join(part.capitalize() for part in self.id.split("_")),
            # A JSON string is also a YAML and a Python string, whatever it contains.
            "ZH": json.dumps(self.zh, ensure_ascii=False),
            "EN": json.dumps(self.en, ensure_ascii=False),
            "BASE_URL": json.dumps(self.base_url, ensure_ascii=False),
            "CATEGORY": self.category,
            "HANDLE": "acct-7001",
            "LEVEL": self.level,
            "EXPLAIN": ""
            if self.kind == "guide"
            else f"\n    jiebang connector explain {self.id}.yaml 13800001234",
        }


def check_value(name: str, value: str) -> None:
    """Raise `ContractError` unless `value` is valid for the field `name` of a draft."""
    match name:
        case "kind":
            if value not in KINDS:
                raise ContractError(f"unknown kind {value}; expected one of {', '.join(KINDS)}")
        case "id":
            if not CONNECTOR_ID.fullmatch(value):
                hint = "" if value.isascii() else "; write it in pinyin, such as beiguo_wangpan"
                raise ContractError(
                    "an id has 2 to 40 lower-case letters, digits or _, a letter first" + hint
                )
            if value in _WORDS:
                raise ContractError(f"{value} is a keyword of YAML or Python; choose another id")
        case "category":
            if value not in set(Category):
                raise ContractError(f"the category must be one of {', '.join(sorted(Category))}")
        case "base_url":
            if not re.fullmatch(r"https://[^\s/?#@\"\\]+(/[^\s?#\"\\]*)?", value):
                raise ContractError("an address must begin with https:// and have no query")
        case _:
            if not value.strip() or not value.isprintable():
                language = "Chinese" if name == "zh" else "English"
                raise ContractError(f"the {language} name is one line of text, not empty")


def files(draft: ConnectorDraft) -> dict[str, str]:
    """Return the content of each file, by name."""
    return {
        _fill(name, draft.values): _fill(
            (_HOME / f"{template}.tmpl").read_text(encoding="utf-8"), draft.values
        )
        for name, template in KINDS[draft.kind].items()
    }


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda found: values[found[1]], text)
