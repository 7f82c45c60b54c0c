"""Guides: the manual steps at a platform, their sources, and when they were checked."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from jiebang import sdk
from jiebang.gateway.catalogue.guide import (
    Difficulty,
    OfficialCover,
    SourceFacts,
    SourceKind,
    guide_facts,
)
from jiebang.gateway.domain.tenure import today
from jiebang.gateway.views.checklist_view import ChecklistState, ChecklistView
from jiebang.schema.context import pick


@strawberry.type(description="A page used as a source of a guide.")
class GuideSource:
    url: str = strawberry.field(description="Its address, https.")
    by: SourceKind | None = strawberry.field(description="Who published it; null if unknown.")
    about: list[str] = strawberry.field(description="The topics it covers: steps, proof, coverage.")
    dated: date | None = strawberry.field(description="The date of the page itself.")
    read_on: date | None = strawberry.field(description="The date on which it was read.")

    @classmethod
    def of(cls, source: SourceFacts) -> GuideSource:
        return cls(
            url=source.url,
            by=source.by,
            about=list(source.about),
            dated=source.dated,
            read_on=source.read_on,
        )


@strawberry.type(description="The manual steps at a platform without an interface.")
class Guide:
    steps: list[str] = strawberry.field(
        description="One sentence each, in order, in the request's language."
    )
    url: str | None = strawberry.field(description="Where to start.")
    proof: str | None = strawberry.field(description="The proof the platform requires.")
    difficulty: Difficulty | None = strawberry.field(
        description="How hard it is, in our judgement; null if not rated."
    )
    official_help: str | None = strawberry.field(
        description="The platform's own help or support page, https."
    )
    covered_by_official_service: OfficialCover = strawberry.field(
        description="Whether an official one-click service covers the platform."
    )
    sources: list[GuideSource] = strawberry.field(description="The sources.")
    live_checked: date | None = strawberry.field(
        description="The date on which a person last followed the steps; null if nobody has."
    )
    checked_days_ago: int | None = strawberry.field(
        description="Days since a person followed the steps, otherwise since their newest source "
        "was read; null if unknown."
    )
    stale: bool = strawberry.field(
        description="Whether the last check is more than 180 days ago or unknown. The steps may "
        "still be right: see also `officialHelp`."
    )

    @classmethod
    def of(cls, guide: sdk.Guide, language: str) -> Guide:
        known = guide_facts(guide, today())
        return cls(
            steps=list(guide.steps.get(language) or next(iter(guide.steps.values()), ())),
            url=guide.url,
            proof=pick(guide.proof, language) if guide.proof else None,
            difficulty=known.difficulty,
            official_help=guide.official_help,
            covered_by_official_service=known.official_cover,
            sources=[GuideSource.of(one) for one in known.sources],
            live_checked=known.live_checked,
            checked_days_ago=known.checked_days_ago,
            stale=known.stale,
        )


@strawberry.type(description="One step of a checklist.")
class ChecklistStep:
    id: strawberry.ID = strawberry.field(
        description="For `tickGuideStep`. A step whose text changes gets another id."
    )
    text: str = strawberry.field(description="One sentence, in the request's language.")
    done_at: datetime | None = strawberry.field(
        description="When a person checked it off; null if nobody has."
    )


@strawberry.type(
    description="The manual steps at one platform. Each mark is a person's statement and never "
    "counts as verified."
)
class Checklist:
    state: ChecklistState = strawberry.field(description="The progress.")
    steps: list[ChecklistStep] = strawberry.field(
        description="In order; empty if there is no guide."
    )
    remind_on: date | None = strawberry.field(
        description="The date (Asia/Shanghai) of the reminder: the one that was set, otherwise "
        "seven days after the renewal began; it may be in the past. Null once all is "
        "attested. The gateway sends nothing: whoever shows the renewal should remind."
    )

    @classmethod
    def of(cls, view: ChecklistView, language: str) -> Checklist:
        return cls(
            state=view.state,
            steps=[
                ChecklistStep(
                    id=strawberry.ID(one.step.id),
                    text=pick(one.step.text, language),
                    done_at=one.done_at,
                )
                for one in view.steps
            ],
            remind_on=view.remind_on,
        )
