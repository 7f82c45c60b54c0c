"""The status of a renewal: fulfilled only when everything is."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.gateway.domain.status import Outcome, Status
from jiebang.gateway.domain.tenure import Current
from jiebang.gateway.journal.records import (
    ActionRecord,
    EngagedAction,
    InquiryRecord,
    RenewalRecord,
    Stage,
)
from jiebang.gateway.views.renewal_status import is_settled, renewal_status
from jiebang.sdk import Account, ActionKind

NOW, TENURE = datetime(2026, 1, 1, tzinfo=UTC), Current(activated_on=date(2024, 5, 1))
ABOUT: dict[str, Any] = {
    "tenant": "t", "number": "+8613800001234", "tenure": TENURE, "connector": "shop",
    "platform": "shop", "created_at": NOW,
}  # fmt: skip


def inquiry(
    status: Status, outcome: Outcome | None = None, *, left: int = 0, confirmed: bool = False
) -> InquiryRecord:
    return InquiryRecord(
        id=uuid.uuid4(),
        renewal_id=None,
        operation=None,
        status=status,
        outcome=outcome,
        left=left,
        confirmed_at=NOW if confirmed else None,
        **ABOUT,
    )


def action(status: Status) -> EngagedAction:
    record = ActionRecord(
        id=uuid.uuid4(),
        kind=ActionKind.UNBIND,
        account=Account(handle="h", platform="shop"),
        status=status,
        stage=Stage.SEND,
        **ABOUT,
    )
    return EngagedAction(inquiry_id=uuid.uuid4(), action=record)


def renewal(*parts: InquiryRecord | EngagedAction, withdrawn: bool = False) -> RenewalRecord:
    return RenewalRecord(
        id=uuid.uuid4(),
        tenant="t",
        number="+8613800001234",
        tenure=TENURE,
        operation="start_renewal",
        seq=1,
        created_at=NOW,
        withdrawn_at=NOW if withdrawn else None,
        inquiries=tuple(part for part in parts if isinstance(part, InquiryRecord)),
        actions=tuple(part for part in parts if isinstance(part, EngagedAction)),
    )


DONE, NONE = (inquiry(Status.FULFILLED, outcome) for outcome in (Outcome.BOUND, Outcome.NOT_BOUND))
BY_HAND = inquiry(Status.IN_PROGRESS, Outcome.GUIDANCE)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([inquiry(Status.OPEN)], Status.OPEN),
        ([inquiry(Status.OPEN), DONE], Status.IN_PROGRESS),
        ([NONE], Status.FULFILLED),
        ([DONE, action(Status.FULFILLED)], Status.FULFILLED),
        ([DONE, action(Status.FULFILLED), action(Status.DENIED)], Status.PARTIALLY_FULFILLED),
        ([DONE, action(Status.FULFILLED), action(Status.FAILED)], Status.PARTIALLY_FULFILLED),
        ([DONE, action(Status.OPEN)], Status.IN_PROGRESS),
        ([inquiry(Status.FULFILLED, Outcome.BOUND, left=1)], Status.PARTIALLY_FULFILLED),
        ([NONE, inquiry(Status.EXPIRED, Outcome.UNKNOWN)], Status.PARTIALLY_FULFILLED),
        ([NONE, inquiry(Status.FAILED, Outcome.UNKNOWN)], Status.PARTIALLY_FULFILLED),
        ([NONE, BY_HAND], Status.PARTIALLY_FULFILLED),
        ([NONE, inquiry(Status.FULFILLED, Outcome.GUIDANCE, confirmed=True)], Status.FULFILLED),
        ([NONE, inquiry(Status.IN_PROGRESS, Outcome.PENDING)], Status.IN_PROGRESS),
    ],
)
def test_the_table(parts: list[InquiryRecord | EngagedAction], status: Status) -> None:
    assert renewal_status(renewal(*parts)) is status


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([inquiry(Status.REVOKED)], Status.REVOKED),
        ([DONE, action(Status.REVOKED)], Status.REVOKED),
        ([DONE, action(Status.REVOKED), action(Status.FULFILLED)], Status.PARTIALLY_FULFILLED),
        ([inquiry(Status.OPEN)], Status.IN_PROGRESS),
    ],
)
def test_the_table_of_what_was_withdrawn(
    parts: list[InquiryRecord | EngagedAction], status: Status
) -> None:
    assert renewal_status(renewal(*parts, withdrawn=True)) is status


inquiries = st.builds(
    inquiry,
    st.sampled_from(Status),
    st.none() | st.sampled_from(Outcome),
    left=st.integers(0, 2),
    confirmed=st.booleans(),
)


@given(
    asked=st.lists(inquiries, min_size=1, max_size=4),
    statuses=st.lists(st.sampled_from(Status), max_size=4),
    withdrawn=st.booleans(),
)
def test_fulfilled_needs_evidence_for_all_of_it(
    asked: list[InquiryRecord], statuses: list[Status], withdrawn: bool
) -> None:
    record = renewal(*asked, *map(action, statuses), withdrawn=withdrawn)
    if renewal_status(record) is Status.FULFILLED:
        assert set(statuses) <= {Status.FULFILLED}
        for one in asked:
            answered = one.outcome in (Outcome.BOUND, Outcome.NOT_BOUND)
            assert one.confirmed_at or (one.status is Status.FULFILLED and answered)
            assert one.left == 0


def test_nothing_due_is_settled() -> None:
    assert is_settled(renewal(DONE, BY_HAND))
    due = InquiryRecord(
        id=uuid.uuid4(), renewal_id=None, operation=None, status=Status.OPEN, due=NOW, **ABOUT
    )
    assert not is_settled(renewal(DONE, due))
