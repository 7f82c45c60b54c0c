"""Translation of an aggregator's list entries to platforms, and of its codes to ids and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiebang.connectors.aggregator.model import CatalogueSection, MappedCategory
from jiebang.connectors.manifest.expression import Expression
from jiebang.connectors.rest.outcome import identifier
from jiebang.sdk import Category, Json, Platform, ProtocolFault, Text


@dataclass(frozen=True, slots=True)
class PlatformCodes:
    """`ids` maps the service's codes to platform ids. Any other code is its own id, unless that id
    is already taken."""

    ids: Mapping[str, str]

    def id_of(self, code: str) -> str | None:
        """The platform id of a code; None if `ids` gives the id of that name to another code."""
        if (known := self.ids.get(code)) is not None:
            return known
        return None if code in self.ids.values() else code

    def code_of(self, platform: str) -> str:
        return next((code for code, ours in self.ids.items() if ours == platform), platform)


def parse_platform(
    section: CatalogueSection, codes: PlatformCodes, entry: Json
) -> Platform | ProtocolFault:
    """Return the platform that an entry describes, or a problem text."""
    try:
        code = identifier(section.id, entry)
        if (platform := codes.id_of(code)) is None:
            return ProtocolFault(f"the code {code[:60]!r} is already the id of another platform")
        category = _category(section.category, entry)
        return Platform(
            id=platform,
            name=_name(section, entry),
            category=category or Category.TOOLS,
            # The list may mark a platform as sensitive, never as harmless.
            sensitive=True if category is None or _is_sensitive(section.sensitive, entry) else None,
        )
    except ProtocolFault as fault:
        return fault


def _category(category: MappedCategory, entry: Json) -> Category | None:
    if category.read is None:
        return category.always
    said = category.read.read(entry)
    return category.map.get(said) if isinstance(said, str) else None


def _is_sensitive(sensitive: Expression | None, entry: Json) -> bool:
    return sensitive is not None and sensitive.read(entry) not in (False, None)


def _name(section: CatalogueSection, entry: Json) -> Text:
    chinese = section.name.chinese.read(entry)
    english = section.name.english.read(entry) if section.name.english else None
    found: list[object] = [chinese or english, english or chinese]
    names = [name for name in found if isinstance(name, str) and name.strip()]
    if len(names) < 2:
        raise ProtocolFault("a platform without a name")
    return dict(zip(("zh-CN", "en"), names, strict=True))
