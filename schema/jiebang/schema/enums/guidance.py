"""Descriptions of enums about guides."""

from __future__ import annotations

from jiebang.gateway.catalogue.guide import Difficulty, OfficialCover, SourceKind
from jiebang.gateway.views.checklist_view import ChecklistState
from jiebang.schema.enums.description import describe

describe(
    Difficulty,
    "How hard a guide's steps are.",
    {
        Difficulty.EASY: "Self-service, even without the old number.",
        Difficulty.MEDIUM: "Self-service with the old number; without it another proof is needed.",
        Difficulty.HARD: "Only through the platform's staff.",
        Difficulty.LIMITED: "A way is known for some users only.",
        Difficulty.IMPOSSIBLE: "The platform refuses.",
    },
    name="GuideDifficulty",
)
describe(
    OfficialCover,
    "Whether an official one-click service covers the platform.",
    {
        OfficialCover.YES: "It does.",
        OfficialCover.NO: "It does not.",
        OfficialCover.UNKNOWN: "Not published, or not researched.",
    },
)
describe(
    SourceKind,
    "Who published a source, most trusted first.",
    {
        SourceKind.PLATFORM: "The platform's own page, or a reply from its staff.",
        SourceKind.PRESS: "An independent article.",
        SourceKind.COMMUNITY: "Users of the platform.",
    },
    name="GuideSourceKind",
)
describe(
    ChecklistState,
    "Progress of the manual steps.",
    {
        ChecklistState.TO_DO: "No step is checked off.",
        ChecklistState.BEGUN: "Some steps are checked off.",
        ChecklistState.ATTESTED: "A person states that all steps are done. This is not verified.",
    },
)
