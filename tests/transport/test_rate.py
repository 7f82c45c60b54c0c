"""What the headers say about waiting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.transport.rate import MAX_WAIT, rate_limit_wait
from jiebang.transport.reply import WholeReply

NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)
SOON = str(int(NOW.timestamp()) + 40)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 30),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": SOON}, 40),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": SOON + "000"}, 40),
        (429, {"x-ratelimit-reset": "12.5"}, 12.5),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 30),
        (503, {"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7),
        (429, {"ratelimit": '"default";r=0;t=20'}, 20),
        (429, {"ratelimit": '"hour";r=50;t=900, "second";r=0;t=1'}, 1),
        (429, {"ratelimit": "limit=10, remaining=0, reset=30"}, 30),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 9}, MAX_WAIT),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1500000000"}, 0),
        (429, {"ratelimit": '"default";r=5;t=20'}, None),
        (429, {"x-ratelimit-remaining": "3", "x-ratelimit-reset": "30"}, None),
        (429, {"x-ratelimit-remaining": "0"}, None),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        (403, {"x-ratelimit-reset": "30"}, None),
        (503, {"x-ratelimit-reset": "30"}, None),
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, None),
        (500, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, None),
        (429, {}, None),
    ],
)
def test_how_long_to_wait_when_nothing_is_left(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert rate_limit_wait(status, headers, NOW) == seconds


@given(st.sampled_from(["ratelimit", "x-ratelimit-reset", "ratelimit-remaining"]), st.text())
def test_no_header_is_taken_for_a_negative_or_endless_wait(name: str, value: str) -> None:
    seconds = rate_limit_wait(429, {"x-ratelimit-reset": "5"} | {name: value}, NOW)
    assert seconds is None or 0 <= seconds <= MAX_WAIT


def test_retry_after_goes_first() -> None:
    headers = {"retry-after": "9", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}
    assert WholeReply(429, headers, b"").retry_after == 9
    del headers["retry-after"]
    assert WholeReply(429, headers, b"").retry_after == 30
