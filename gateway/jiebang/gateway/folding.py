"""What of a lookup is only counted: platforms of sensitive kinds, for everybody but their owner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jiebang.gateway.eligibility import TenureRelation
from jiebang.gateway.projection import AccountView, PlatformView
from jiebang.gateway.question import Question, is_folded
from jiebang.gateway.tenure import Basis
from jiebang.gateway.verdict import Outcome
from jiebang.sdk import Category, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveView:
    """Platforms of one sensitive category, only counted: which ones they are is nobody's
    business but the previous holder's."""

    category: Category
    asked: int
    bound: int
    unknown: int
    accounts: tuple[AccountView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    asked: int
    bound: int
    not_bound: int
    unknown: int
    pending: int
    needs_action: int
    guidance: int


def folds(question: Question, platform: Platform, *, own: bool) -> bool:
    """Whether this platform is only counted for this asker. `own`: an account of the asker's own
    is there, which a departing holder sees like any other."""
    departing = question.basis is Basis.DEPARTING
    return is_folded(question.basis, platform) and not (own and departing)


def parted(
    question: Question, view: PlatformView
) -> tuple[PlatformView | None, PlatformView | None]:
    """What is shown of one platform's answer, and what of it is only counted."""
    own = tuple(account for account in view.accounts if is_own(account.relation))
    if folds(question, view.platform, own=bool(own)):
        return None, view
    if not is_folded(question.basis, view.platform) or len(own) == len(view.accounts):
        return view, None
    others = tuple(account for account in view.accounts if not is_own(account.relation))
    return replace(view, accounts=own), replace(view, accounts=others)


def is_own(relation: TenureRelation) -> bool:
    return relation is TenureRelation.AFTER_ACTIVATION


def folded(views: Iterable[PlatformView]) -> list[SensitiveView]:
    """One count per sensitive category."""
    groups: dict[Category, list[PlatformView]] = {}
    for view in views:
        groups.setdefault(view.platform.category, []).append(view)
    return [
        SensitiveView(
            category=category,
            asked=len(group),
            bound=sum(view.outcome is Outcome.BOUND for view in group),
            unknown=sum(view.outcome not in (Outcome.BOUND, Outcome.NOT_BOUND) for view in group),
            # By their random ids: any other order would tell platforms apart.
            accounts=tuple(
                sorted(
                    (account for view in group for account in view.accounts),
                    key=lambda account: account.id,
                )
            ),
        )
        for category, group in sorted(groups.items())
    ]


def summary_of(views: Iterable[PlatformView]) -> Summary:
    found = [view.outcome for view in views]
    return Summary(
        asked=len(found),
        bound=found.count(Outcome.BOUND),
        not_bound=found.count(Outcome.NOT_BOUND),
        unknown=found.count(Outcome.UNKNOWN),
        pending=found.count(Outcome.PENDING),
        needs_action=found.count(Outcome.NEEDS_ACTION),
        guidance=found.count(Outcome.GUIDANCE),
    )
