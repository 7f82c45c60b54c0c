"""Guides: what a person can do by hand at a platform, who says so, and how long ago."""

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


@strawberry.type(description="A page that facts of a guide were read on.")
class GuideSource:
    url: str = strawberry.field(description="Its address, https.")
    by: SourceKind | None = strawberry.field(description="Whose word it is; null: not said.")
    about: list[str] = strawberry.field(
        description="What it says something about: steps, proof, coverage."
    )
    dated: date | None = strawberry.field(description="The day the page itself is dated.")
    read_on: date | None = strawberry.field(description="The day it was read.")

    @classmethod
    def of(cls, source: SourceFacts) -> GuideSource:
        return cls(
            url=source.url,
            by=source.by,
            about=list(source.about),
            dated=source.dated,
            read_on=source.read_on,
        )


@strawberry.type(description="What a person can do by hand at a platform without an interface.")
class Guide:
    steps: list[str] = strawberry.field(
        description="One sentence each, in order, in the request's language."
    )
    url: str | None = strawberry.field(description="Where to begin.")
    proof: str | None = strawberry.field(description="What the platform wants to see.")
    difficulty: Difficulty | None = strawberry.field(
        description="How hard it is, in our own judgement; null: not said."
    )
    official_help: str | None = strawberry.field(
        description="The platform's own help page or entrance to its support, https."
    )
    covered_by_official_service: OfficialCover = strawberry.field(
        description="Whether an official one-click service covers the platform."
    )
    sources: list[GuideSource] = strawberry.field(description="Where all this was read.")
    live_checked: date | None = strawberry.field(
        description="The day a person last walked the steps; null: nobody has."
    )
    checked_days_ago: int | None = strawberry.field(
        description="Days since somebody walked the steps, else since their newest source was "
        "read; null: nobody said when."
    )
    stale: bool = strawberry.field(
        description="Nobody looked for more than 180 days, or nobody said when. It may still be "
        "right: look at `officialHelp`, too."
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
        description="For `tickGuideStep`. A step that is worded anew has another id."
    )
    text: str = strawberry.field(description="One sentence, in the request's language.")
    done_at: datetime | None = strawberry.field(
        description="When a person ticked it off; null: nobody has."
    )


@strawberry.type(
    description="What a person does by hand at one platform. Every tick is that person's word; "
    "nothing of it counts as verified."
)
class Checklist:
    state: ChecklistState = strawberry.field(description="How far it is.")
    steps: list[ChecklistStep] = strawberry.field(
        description="In order; empty where nobody wrote them down."
    )
    remind_on: date | None = strawberry.field(
        description="A day (Asia/Shanghai) to look again: the one that was set, else seven days "
        "after the renewal began; it may be over. Null once all is attested. Nobody is called: "
        "whoever shows the renewal reminds."
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
