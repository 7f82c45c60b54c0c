"""An account registered with a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from jiebang.sandbox import people
from jiebang.sandbox.histories import Tenure
from jiebang.sandbox.seeded_random import token

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: Days kept free at both ends of a tenure, so that only a persona has a binding on its edge.
MARGIN = timedelta(days=10)


class Flag(StrEnum):
    """Why a platform refuses to unbind the account."""

    DEBT = "debt"
    LEGAL_HOLD = "legal_hold"
    SOLE_LOGIN = "sole_login"
    BANNED = "banned"
    FUNDS = "funds"
    #: Until the person has verified their identity.
    ID_CHECK = "id_check"


@dataclass(frozen=True, slots=True)
class Account:
    """The true state of one account, whatever its platform reports.

    `id` is the platform's own handle. `bound_at` is in Asia/Shanghai.
    """

    platform: str
    id: str
    number: str = field(repr=False)
    holder: str = field(repr=False)
    nickname: str = field(repr=False)
    bound_at: datetime
    flags: frozenset[Flag] = frozenset()
    files: int = 0


def rows(
    accounts: Iterable[Account],
    account_id: str,
    nickname: str,
    bound: str,
    form: Callable[[datetime], object],
) -> list[dict[str, object]]:
    """Describe accounts by a platform's own field names, and its format for the binding."""
    return [
        {account_id: each.id, nickname: each.nickname, bound: form(each.bound_at)}
        for each in accounts
    ]


#: The prefix of each platform's handles; other platforms use none.
_PREFIXES = {
    "yunpan": "yp_",
    "jisudai": "JS",
    "tiandian": "td-",
    "luntan": "qz",
    "zhiyou": "zy",
    "manyou": "my-",
    "yikang": "yk-",
    "huiyuan": "hy-",
    "yunjian": "yj-",
    "luming": "lm",
    "shundao": "rider-",
    "wenlu": "WL",
    "moye": "my",
    "qishan": "qs-",
    "anhe": "AH",
    "shimin": "SM",
    "heming": "hm-",
    "qingqi": "QQ",
    "dabo": "db",
    "taoshi": "ts",
    "meiwei": "mw",
    "kuaixiu": "kx",
}
#: Platforms whose handles consist of digits.
_NUMERIC = frozenset({"leshop", "chengshi", "gongju", "youxi", "feiguan", "tuyou"})


def handle(platform: str, *parts: object) -> str:
    """Return an account's handle in its platform's style; deterministic for the same parts."""
    digits = token(platform, *parts, length=12)
    if platform in _NUMERIC:
        digits = str(int(digits, 16)).zfill(15)
    return _PREFIXES.get(platform, "") + digits


def moment_within(tenure: Tenure, today: date, draw: Random) -> datetime:
    """Return an instant within the tenure, at least `MARGIN` from both its ends."""
    first = tenure.start + MARGIN
    last = min(tenure.end or today, today) - MARGIN
    day = first + timedelta(days=draw.randrange((last - first).days))
    return moment_on(day, draw)


def moment_on(day: date, draw: Random) -> datetime:
    """Return some second of that day."""
    second = timedelta(seconds=draw.randrange(86_400))
    return datetime.combine(day, time(), SHANGHAI) + second


def open_account(
    platform: str,
    number: str,
    tenure: Tenure,
    bound_at: datetime,
    *,
    seed: int,
    place: int,
    draw: Random,
    flags: frozenset[Flag] = frozenset(),
    files: int = 0,
) -> Account:
    """Create the account at `place` in the list of the number's accounts."""
    return Account(
        platform=platform,
        id=handle(platform, seed, number, place),
        number=number,
        holder=tenure.holder,
        nickname=people.nickname(draw),
        bound_at=bound_at,
        flags=flags,
        files=files,
    )
