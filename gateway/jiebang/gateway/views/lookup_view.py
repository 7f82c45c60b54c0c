"""The result of a lookup, for the caller, at once or as answers arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace

from jiebang.gateway.calls.request import LookupRequest, is_folded
from jiebang.gateway.calls.single_flight import Flight
from jiebang.gateway.calls.validation import PlatformAnswer
from jiebang.gateway.domain.status import Outcome
from jiebang.gateway.domain.tenure import Basis, TenureRelation
from jiebang.gateway.views.projection import AccountView, PlatformView, Projector
from jiebang.sdk import Category, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveView:
    """Platforms of one sensitive category, only counted: which ones they are concerns only the
    previous holder."""

    category: Category
    asked: int
    bound: int
    unknown: int
    accounts: tuple[AccountView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupSummary:
    asked: int
    bound: int
    not_bound: int
    unknown: int
    pending: int
    needs_action: int
    guidance: int


def must_fold(request: LookupRequest, platform: Platform, *, own: bool) -> bool:
    """Whether this platform is only counted for this caller. `own`: it has an account of the
    caller's own, which a departing holder sees like any other."""
    departing = request.basis is Basis.DEPARTING
    return is_folded(request.basis, platform) and not (own and departing)


def split_view(
    request: LookupRequest, view: PlatformView
) -> tuple[PlatformView | None, PlatformView | None]:
    """Split one platform's answer into what is shown and what is only counted."""
    own = tuple(account for account in view.accounts if is_own(account.relation))
    if must_fold(request, view.platform, own=bool(own)):
        return None, view
    if not is_folded(request.basis, view.platform) or len(own) == len(view.accounts):
        return view, None
    others = tuple(account for account in view.accounts if not is_own(account.relation))
    return replace(view, accounts=own), replace(view, accounts=others)


def is_own(relation: TenureRelation) -> bool:
    return relation is TenureRelation.AFTER_ACTIVATION


def fold_by_category(views: Iterable[PlatformView]) -> list[SensitiveView]:
    """Return one count per sensitive category."""
    groups: dict[Category, list[PlatformView]] = {}
    for view in views:
        groups.setdefault(view.platform.category, []).append(view)
    return [
        SensitiveView(
            category=category,
            asked=len(group),
            bound=sum(view.outcome is Outcome.BOUND for view in group),
            unknown=sum(view.outcome not in (Outcome.BOUND, Outcome.NOT_BOUND) for view in group),
            # By their random ids: any other order would reveal the platforms.
            accounts=tuple(
                sorted(
                    (account for view in group for account in view.accounts),
                    key=lambda account: account.id,
                )
            ),
        )
        for category, group in sorted(groups.items())
    ]


def summarize(views: Iterable[PlatformView]) -> LookupSummary:
    found = [view.outcome for view in views]
    return LookupSummary(
        asked=len(found),
        bound=found.count(Outcome.BOUND),
        not_bound=found.count(Outcome.NOT_BOUND),
        unknown=found.count(Outcome.UNKNOWN),
        pending=found.count(Outcome.PENDING),
        needs_action=found.count(Outcome.NEEDS_ACTION),
        guidance=found.count(Outcome.GUIDANCE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupView:
    summary: LookupSummary
    platforms: tuple[PlatformView, ...]
    sensitive: tuple[SensitiveView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupProgress:
    """One step of an answer. `platform` is None where the caller may only see a count."""

    asked: int
    answered: int
    platform: PlatformView | None = None
    result: LookupView | None = None


class LookupStream:
    """The answer to one authorized request, for any number of readers; the platforms are queried
    once for all of them. When every reader leaves early, the lookup is cancelled."""

    def __init__(
        self,
        request: LookupRequest,
        projector: Projector,
        join: Callable[[], Flight[tuple[str, PlatformAnswer]]],
    ) -> None:
        self.request = request
        self._projector = projector
        self._join = join
        self._flight: Flight[tuple[str, PlatformAnswer]] | None = None
        self._complete: LookupView | None = None

    async def platform_views(self) -> AsyncGenerator[PlatformView]:
        """Yield each platform's answer as it arrives, before redaction."""
        if self._flight is None:
            self._flight = self._join()
        async with aclosing(self._flight.follow()) as answers:
            async for platform, answer in answers:
                yield self._projector.platform(self.request, platform, answer)

    async def visible_views(self) -> AsyncGenerator[PlatformView]:
        """Yield the views that may be shown individually, as they arrive."""
        async with aclosing(self.platform_views()) as views:
            async for view in views:
                shown, _ = split_view(self.request, view)
                if shown is not None:
                    yield shown

    async def complete_view(self) -> LookupView:
        if self._complete is None:
            self._complete = assemble_view(
                self.request, [view async for view in self.platform_views()]
            )
        return self._complete


def assemble_view(request: LookupRequest, views: Collection[PlatformView]) -> LookupView:
    """Assemble the complete answer; sensitive platforms are counted where the basis asks for it."""
    order = {platform: index for index, platform in enumerate(request.platforms)}
    parts = [split_view(request, view) for view in views]
    shown = [view for view, _ in parts if view is not None]
    return LookupView(
        summary=summarize(views),
        platforms=tuple(sorted(shown, key=lambda view: order[view.platform.id])),
        sensitive=tuple(fold_by_category(view for _, view in parts if view is not None)),
    )
