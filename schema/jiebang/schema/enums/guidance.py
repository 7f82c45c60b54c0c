"""Words about guides."""

from __future__ import annotations

from jiebang.gateway.catalogue.guide import Difficulty, OfficialCover, SourceKind
from jiebang.gateway.views.checklist_view import ChecklistState
from jiebang.schema.enums.description import describe

describe(
    Difficulty,
    "How hard a guide's steps are.",
    {
        Difficulty.EASY: "Self-service, also without the old number.",
        Difficulty.MEDIUM: "Self-service with the old number; without it another proof.",
        Difficulty.HARD: "Only by a person at the platform.",
        Difficulty.LIMITED: "A way is known for some only.",
        Difficulty.IMPOSSIBLE: "The platform says no.",
    },
    name="GuideDifficulty",
)
describe(
    OfficialCover,
    "Whether an official one-click service covers a platform.",
    {
        OfficialCover.YES: "It does.",
        OfficialCover.NO: "It does not.",
        OfficialCover.UNKNOWN: "Not published, or not looked up.",
    },
)
describe(
    SourceKind,
    "Whose word a source is; trusted in this order.",
    {
        SourceKind.PLATFORM: "The platform's own page, or an answer of its staff.",
        SourceKind.PRESS: "An outside article.",
        SourceKind.COMMUNITY: "Users of the platform.",
    },
    name="GuideSourceKind",
)
describe(
    ChecklistState,
    "How far a person is with what is done by hand.",
    {
        ChecklistState.TO_DO: "Nothing is ticked off.",
        ChecklistState.BEGUN: "Some steps are ticked off.",
        ChecklistState.ATTESTED: "A person says that all is done. Nobody verified it.",
    },
)
