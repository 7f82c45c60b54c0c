"""A guide's facts as enums and dates, and how long ago they were checked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from jiebang import sdk

#: Older guides are marked as stale. They are still shown, since they may still be right.
STALE_AFTER = timedelta(days=180)

#: A step's id is derived from its text in the guide's first available language of these.
_LANGUAGE = sdk.LANGUAGES[0]


class Difficulty(StrEnum):
    """How hard the steps are, in our judgement; the scale is JustDeleteMe's."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    LIMITED = "limited"
    IMPOSSIBLE = "impossible"


class OfficialCover(StrEnum):
    """Whether an official one-click service covers the platform, as far as publicly known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SourceKind(StrEnum):
    """Who published a source, most trusted first."""

    PLATFORM = "platform"
    PRESS = "press"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """A page used as a source. `by` is None where the guide's value is unknown to us."""

    url: str
    by: SourceKind | None
    about: tuple[str, ...]
    dated: date | None
    read_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStep:
    """One step. `id` is derived from the text, so a changed instruction is a new step and is not
    considered done."""

    id: str
    text: sdk.Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFacts:
    """What is known besides the steps. `checked_days_ago` counts from the day a person followed the
    steps, otherwise from the day their latest source was read; None if neither is known, which
    counts as stale."""

    difficulty: Difficulty | None
    official_cover: OfficialCover
    sources: tuple[SourceFacts, ...]
    live_checked: date | None
    checked_days_ago: int | None
    stale: bool


def guide_facts(guide: sdk.Guide, today: date) -> GuideFacts:
    """Return the guide's facts. Unrecognized values and dates become None, never a guess."""
    sources = tuple(_source_facts(one) for one in guide.sources or _own_source(guide))
    live_checked = _parse_day(guide.live_checked)
    read = [one.read_on for one in sources if one.read_on and one.about != ("coverage",)]
    checked = live_checked or max(read, default=None)
    age = (today - checked).days if checked else None
    return GuideFacts(
        difficulty=_parse_member(Difficulty, guide.difficulty),
        official_cover=_parse_member(OfficialCover, guide.covered_by_official_service)
        or OfficialCover.UNKNOWN,
        sources=sources,
        live_checked=live_checked,
        checked_days_ago=max(age, 0) if age is not None else None,
        stale=age is None or age > STALE_AFTER.days,
    )


def steps_of(guide: sdk.Guide) -> tuple[GuideStep, ...]:
    """Return the steps in order, each with an id unique within the guide."""
    seen: Counter[str] = Counter()
    steps: list[GuideStep] = []
    for place in range(max((len(texts) for texts in guide.steps.values()), default=0)):
        text = {tag: texts[place] for tag, texts in guide.steps.items() if place < len(texts)}
        words = _identifying_text(text)
        seen[words] += 1
        digest = hashlib.sha256(f"{seen[words]}:{words}".encode()).hexdigest()
        steps.append(GuideStep(id=digest[:16], text=text))
    return tuple(steps)


def _identifying_text(text: Mapping[str, str]) -> str:
    return text[_LANGUAGE] if _LANGUAGE in text else text[min(text)]


def _own_source(guide: sdk.Guide) -> tuple[sdk.GuideSource, ...]:
    if guide.source_url is None:
        return ()
    return (
        sdk.GuideSource(
            url=guide.source_url,
            about=("steps",),
            dated=guide.source_dated,
            read_on=guide.read_on,
        ),
    )


def _source_facts(source: sdk.GuideSource) -> SourceFacts:
    return SourceFacts(
        url=source.url,
        by=_parse_member(SourceKind, source.by),
        about=source.about,
        dated=_parse_day(source.dated),
        read_on=_parse_day(source.read_on),
    )


E = TypeVar("E", Difficulty, OfficialCover, SourceKind)


def _parse_member(words: type[E], word: str | None) -> E | None:
    return next((one for one in words if one.value == word), None)


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
