"""Whether a number has changed hands since a date: a verdict with its reference date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.gateway.conftest import make

from jiebang.gateway.domain.errors import InvalidArgument
from jiebang.gateway.domain.tenant_policy import TenantPolicy
from jiebang.gateway.domain.tenure import Current, Departing, Former, Quarantined, Tenure, today
from jiebang.gateway.flows.recycling import RecyclingVerdict as Verdict
from jiebang.gateway.flows.recycling import recycling

DAY, PIVOT, END = timedelta(days=1), date(2020, 5, 10), date(2023, 8, 20)


@pytest.mark.parametrize(
    ("tenure", "since", "lag", "verdict", "reference"),
    [
        (Current(activated_on=PIVOT), PIVOT - DAY, 0, Verdict.RECYCLED, PIVOT),
        (Current(activated_on=PIVOT), PIVOT, 0, Verdict.NOT_RECYCLED, PIVOT),
        (Current(activated_on=PIVOT), PIVOT + DAY, 0, Verdict.NOT_RECYCLED, PIVOT),
        (Departing(activated_on=PIVOT), PIVOT - DAY, 3, Verdict.NOT_YET_SYNCED, PIVOT),
        (Departing(activated_on=PIVOT), PIVOT - 9 * DAY, 3, Verdict.RECYCLED, PIVOT),
        (Current(), PIVOT, 0, Verdict.NO_DATA, None),
        (Former(held_from=PIVOT, held_until=END), PIVOT, 0, Verdict.DEACTIVATED, END),
        (Former(held_from=PIVOT, held_until=END), END, 0, Verdict.NO_DATA, END),
        (
            Quarantined(deactivated_on=PIVOT, reclaimable_until=END, reissue_from=END),
            END,
            0,
            Verdict.DEACTIVATED,
            PIVOT,
        ),
    ],
)
def test_the_table(
    tenure: Tenure, since: date, lag: int, verdict: Verdict, reference: date | None
) -> None:
    request = make.request(
        make.catalogue(make.shop()), tenure=tenure, policy=TenantPolicy(data_lag=lag)
    )
    view = recycling(request, since)
    assert (view.verdict, view.reference_date, view.since) == (verdict, reference, since)


def test_a_day_still_to_come_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        recycling(make.request(make.catalogue(make.shop())), today() + DAY)
