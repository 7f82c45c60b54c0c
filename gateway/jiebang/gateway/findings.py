"""What a lookup finds, put together for whoever asked, at once or as it comes in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass

from jiebang.gateway.answers import Answer
from jiebang.gateway.flights import Flight
from jiebang.gateway.folding import SensitiveView, Summary, folded, parted, summary_of
from jiebang.gateway.projection import PlatformView, Projector
from jiebang.gateway.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupView:
    summary: Summary
    platforms: tuple[PlatformView, ...]
    sensitive: tuple[SensitiveView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupProgress:
    """One step of an answer. `platform` is None where the asker may only see a count."""

    asked: int
    answered: int
    platform: PlatformView | None = None
    result: LookupView | None = None


class LookupAnswer:
    """The answer to one admitted question, for as many readers as want it; all of them hear the
    platforms being asked once. When every reader has left before the end, asking stops."""

    def __init__(
        self,
        question: Question,
        projector: Projector,
        join: Callable[[], Flight[tuple[str, Answer]]],
    ) -> None:
        self.question = question
        self._projector = projector
        self._join = join
        self._flight: Flight[tuple[str, Answer]] | None = None
        self._whole: LookupView | None = None

    async def views(self) -> AsyncGenerator[PlatformView]:
        """Each platform's answer as it comes in, before what must be folded is folded."""
        if self._flight is None:
            self._flight = self._join()
        async with aclosing(self._flight.follow()) as answers:
            async for platform, answer in answers:
                yield self._projector.platform(self.question, platform, answer)

    async def shown(self) -> AsyncGenerator[PlatformView]:
        """What may be shown one by one, as it comes in."""
        async with aclosing(self.views()) as views:
            async for view in views:
                shown, _ = parted(self.question, view)
                if shown is not None:
                    yield shown

    async def whole(self) -> LookupView:
        if self._whole is None:
            self._whole = gathered(self.question, [view async for view in self.views()])
        return self._whole


def gathered(question: Question, views: Collection[PlatformView]) -> LookupView:
    """The whole answer, sensitive platforms folded where the basis asks for it."""
    order = {platform: index for index, platform in enumerate(question.platforms)}
    parts = [parted(question, view) for view in views]
    shown = [view for view, _ in parts if view is not None]
    return LookupView(
        summary=summary_of(views),
        platforms=tuple(sorted(shown, key=lambda view: order[view.platform.id])),
        sensitive=tuple(folded(view for _, view in parts if view is not None)),
    )
