"""The state of the zoo's platform: accounts, orders, keys. A fresh store for each start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: An answer: status and body.
Body = Mapping[str, Any]
StatusAndBody = tuple[int, object]

#: Has two accounts, one at each of the platform's two apps.
BOUND = "+8613800000001"
UNBOUND = "+8613900000009"
#: Each has one account, dated in the last half hour before `SINCE` or in the first after it.
BEFORE = "+8613800000003"
AFTER = "+8613800000004"
SINCE = "2026-06-01"

TOKEN = "sesame-9f31c2"
CLIENT_SECRET = "client-7b20aa"
CALLBACK_SECRET = "whsec_em9vLXBsYXRmb3JtLWNhbGxiYWNrLWtleS0wMDE="
APPS = ("acme_shop", "acme_pay")


@dataclass(frozen=True, slots=True)
class Row:
    """An account as the platform stores it. `bound_at` is an instant in UTC."""

    id: str
    phone: str | None
    nick: str
    bound_at: str
    app: str = APPS[0]
    #: The platform's code for what blocks its unbinding.
    held: str | None = None


@dataclass(slots=True)
class Case:
    """An order that is carried out later: at the second poll, or with a callback."""

    id: str
    row: str
    state: str = "OPEN"
    asked: int = 0


ROWS = (
    Row("u-5501", BOUND, "张三丰", "2024-03-01T16:30:00Z"),
    Row("u-5502", BOUND, "Wang Xiaobo", "2025-07-09T02:00:00Z", APPS[1], "BALANCE"),
    Row("u-7701", "+8613800000002", "李雷", "2023-01-05T01:00:00Z"),
    Row("u-8801", BEFORE, "韩梅梅", "2026-05-31T15:30:00Z"),
    Row("u-8802", AFTER, "Zhao Liying", "2026-05-31T16:30:00Z"),
)


@dataclass(slots=True)
class Store:
    rows: dict[str, Row] = field(default_factory=lambda: {row.id: row for row in ROWS})
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    #: The answer to the order with this key, repeated without a second effect.
    answers_by_key: dict[str, tuple[int, object]] = field(
        default_factory=dict[str, tuple[int, object]]
    )
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    #: How often an account really lost its number.
    effects: int = 0

    def rows_of(self, phone: str) -> list[Row]:
        """Return the rows of a number in any of its spellings."""
        national = phone.removeprefix("+86").removeprefix("86")
        return [row for row in self.rows.values() if row.phone == f"+86{national}"]

    def unbind(self, id: str) -> tuple[int, dict[str, str]]:
        """Unbind one account; return status and body."""
        row = self.rows.get(id)
        if row is None:
            return 404, {"code": "NO_SUCH_ACCOUNT"}
        if row.phone is None:
            return 200, {"id": id, "state": "ALREADY_UNBOUND"}
        self.rows[id] = replace(row, phone=None)
        self.effects += 1
        return 200, {"id": id, "state": "UNBOUND"}

    def open_case(self, id: str) -> tuple[int, dict[str, str]]:
        """Accept an order that is carried out later."""
        if id not in self.rows:
            return 404, {"code": "NO_SUCH_ACCOUNT"}
        case = Case(f"case-{len(self.cases) + 31}", id)
        self.cases[case.id] = case
        return 202, {"case": case.id, "state": "OPEN"}

    def poll_case(self, id: str) -> tuple[int, dict[str, str]]:
        """Return the state of an order; it ends at the second poll."""
        case = self.cases.get(id)
        if case is None:
            return 404, {"code": "NO_SUCH_CASE"}
        case.asked += 1
        if case.asked > 1:
            self.settle_case(case)
        return 200, {"case": case.id, "state": case.state}

    def settle_case(self, case: Case) -> None:
        if case.state == "OPEN":
            case.state = "ALREADY" if self.rows[case.row].phone is None else "DONE"
            self.unbind(case.row)
