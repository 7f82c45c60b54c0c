"""The platforms that a connector discovered, and the rules for accepting a new list.

A platform missing from one list is kept and marked; it is dropped after `ABSENCES` lists in a row
without it. A list missing more than the connector allows is an incident and changes nothing until
an operator accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from jiebang.sdk import (
    CONNECTOR_ID,
    LANGUAGES,
    Category,
    ConnectorError,
    ContractError,
    Discovery,
    Platform,
)

#: A platform is dropped after this many lists in a row without it.
ABSENCES = 3
MAX_PLATFORMS = 5000
_MAX_NAME_LENGTH = 80
_MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingEntry:
    """A platform on the list. `absences` counts the latest lists in a row without it; a dropped one
    is no longer queried but can still be described."""

    platform: Platform
    absences: int = 0
    absent_since: datetime | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The state of a connector's list. `listed_at`: when a list was last accepted."""

    entries: tuple[ListingEntry, ...] = ()
    problems: tuple[str, ...] = ()
    listed_at: datetime | None = None

    @property
    def platforms(self) -> tuple[Platform, ...]:
        return tuple(one.platform for one in self.entries if not one.dropped)

    @property
    def former(self) -> tuple[Platform, ...]:
        return tuple(one.platform for one in self.entries if one.dropped)

    def absent_since(self, platform: str) -> datetime | None:
        found = (one.absent_since for one in self.entries if one.platform.id == platform)
        return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingChange:
    """The result of merging a new list; platform ids by kind of change."""

    listing: Listing
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    incident: bool = False

    @property
    def is_news(self) -> bool:
        return bool(self.added or self.changed or self.absent or self.dropped)


def merge(
    known: Listing, offered: Sequence[object], rule: Discovery, now: datetime, *, accept: bool
) -> ListingChange:
    """Merge a new list. With `accept` an operator confirms it: what it lacks is dropped at once,
    and what it no longer marks as sensitive is not. Raises `ContractError` for something that is
    not a list."""
    found, problems = _validate(offered)
    listed = {one.platform.id: one for one in known.entries if not one.dropped}
    missing = [name for name in listed if name not in found]
    # Each unreadable entry may be one of the missing.
    lacking = len(missing) - len(problems)
    if not accept and lacking > rule.max_shrink * len(listed) + 1e-9:
        text = (
            f"the list lacks {len(missing)} of {len(listed)} known platforms, more than "
            "max_shrink allows; it was not accepted. Inspect it with `jiebang discover`"
        )
        listing = replace(known, problems=_truncate([text, *problems]))
        return ListingChange(listing=listing, absent=tuple(sorted(missing)), incident=True)
    counted = missing if accept or not problems else []
    entries = {one.platform.id: one for one in known.entries}
    added, changed, absent, dropped = list[str](), list[str](), list[str](), list[str]()
    for name, platform in found.items():
        old = listed.get(name)
        if old is None:
            added.append(name)
        elif not accept and old.platform.is_sensitive and not platform.is_sensitive:
            problems.append(f"{name} is no longer listed as sensitive, but stays so")
            platform = replace(platform, sensitive=True)
        if old is not None and old.platform != platform:
            changed.append(name)
        entries[name] = ListingEntry(platform=platform)
    for name in counted:
        old = listed[name]
        absences = old.absences + 1
        gone = accept or absences >= ABSENCES
        (dropped if gone else absent).append(name)
        entries[name] = replace(
            old, absences=absences, absent_since=old.absent_since or now, dropped=gone
        )
    if not found:
        problems.append("the list is empty")
    listing = Listing(
        entries=tuple(entries[name] for name in sorted(entries)),
        problems=_truncate(problems),
        listed_at=now,
    )
    return ListingChange(
        listing=listing,
        added=tuple(sorted(added)),
        changed=tuple(sorted(changed)),
        absent=tuple(sorted(absent)),
        dropped=tuple(sorted(dropped)),
    )


def _validate(offered: Sequence[object]) -> tuple[dict[str, Platform], list[str]]:
    """Return the usable entries by id, and the problems of the others."""
    if not (is_instance(offered, list) or is_instance(offered, tuple)):
        raise ContractError("the list of platforms is not a list")
    if len(offered) > MAX_PLATFORMS:
        raise ContractError(f"the list has more than {MAX_PLATFORMS} platforms")
    found: dict[str, Platform] = {}
    problems: list[str] = []
    twice: set[str] = set()
    for place, platform in enumerate(offered, start=1):
        fault = _fault(platform)
        if fault is not None or not isinstance(platform, Platform):
            problems.append(f"entry {place}: {fault}")
        elif platform.id in found:
            problems.append(f"entry {place}: the id {platform.id} occurs twice")
            twice.add(platform.id)
        else:
            found[platform.id] = platform
    # Of two entries with the same id, neither can be trusted.
    return {name: found[name] for name in found if name not in twice}, problems


def _fault(platform: object) -> str | None:
    if isinstance(platform, ConnectorError):
        return str(platform)[:200]
    if not isinstance(platform, Platform):
        return "is not a Platform"
    if not _is_text(platform.id) or not CONNECTOR_ID.fullmatch(platform.id):
        return f"the id {str(platform.id)[:60]!r} does not match {CONNECTOR_ID.pattern}"
    if not is_instance(platform.name, Mapping) or not all(
        _is_text(platform.name.get(language)) for language in LANGUAGES
    ):
        return f"{platform.id} has no valid name in {' and '.join(LANGUAGES)}"
    if not is_instance(platform.category, Category):
        return f"{platform.id} has an unknown category"
    if platform.site is not None and not (
        _is_text(platform.site, 500) and platform.site.startswith("https://")
    ):
        return f"the site of {platform.id} is not an https URL"
    return None


def is_instance(value: object, kind: type) -> bool:
    """Checked at run time: third-party connectors may ignore the annotations."""
    return isinstance(value, kind)


def _is_text(value: object, longest: int = _MAX_NAME_LENGTH) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= longest and value.isprintable()


def _truncate(problems: Sequence[str]) -> tuple[str, ...]:
    if len(problems) <= _MAX_PROBLEMS:
        return tuple(problems)
    return (*problems[:_MAX_PROBLEMS], f"and {len(problems) - _MAX_PROBLEMS} more")
