"""The people, numbers and accounts of a sandbox: identical for the same seed and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from random import Random

from jiebang.sandbox import people
from jiebang.sandbox.accounts import SHANGHAI, Account, moment_within, open_account
from jiebang.sandbox.histories import History, Tenure
from jiebang.sandbox.personas import PERSONAS, build_persona
from jiebang.sandbox.seeded_random import dice

#: The first bulk number.
BULK_FROM = 13_900_001_000
#: Bulk accounts exist only at platforms where an unbinding can be completed.
BULK_PLATFORMS = (
    *("yunpan", "jisudai", "leshop", "tiandian", "luntan", "zhiyou", "manyou", "youxi"),
    *("xuexi", "yikang", "gongju", "chengshi", "huiyuan", "dabo", "taoshi", "meiwei", "kuaixiu"),
    *("yunjian", "kejiang", "luming", "shundao", "wenlu", "feiguan", "moye", "tuyou", "qishan"),
    *("anhe", "shimin", "heming", "qingqi", "pinwei", "xiaodeng", "qingsong", "anmian"),
)
BULK_TEXT = {
    "zh-CN": "批量号码：已重新放号，前任机主留下一到四个账号",
    "en": "Bulk: issued again, one to four accounts of the previous holder",
}
#: Bulk numbers have the same basis as the new holder's.
BULK_BASIS = "CURRENT"


@dataclass(frozen=True, slots=True)
class Population:
    """Histories by number (E.164), and all accounts. `today` is a day in Asia/Shanghai."""

    seed: int
    today: date
    histories: Mapping[str, History] = field(repr=False)
    accounts: tuple[Account, ...] = field(repr=False)


def today_in_shanghai() -> date:
    return datetime.now(SHANGHAI).date()


def populate(seed: int = 1, today: date | None = None, *, numbers: int = 300) -> Population:
    """Create the personas and `numbers` bulk numbers; more numbers do not change the first."""
    today = today or today_in_shanghai()
    told = [build_persona(story, seed=seed, today=today) for story in PERSONAS]
    told += [_bulk_number(f"+86{BULK_FROM + index}", seed, today) for index in range(numbers)]
    return Population(
        seed=seed,
        today=today,
        histories={history.number: history for history, _ in told},
        accounts=tuple(chain.from_iterable(accounts for _, accounts in told)),
    )


def _bulk_number(number: str, seed: int, today: date) -> tuple[History, tuple[Account, ...]]:
    draw = dice(seed, number)
    tenures = _reissued_tenures(draw, today)
    # The aggregator's kuaixiu is always busy for numbers that end in 1.
    choices = [p for p in BULK_PLATFORMS if p != "kuaixiu" or not number.endswith("1")]
    platforms = draw.sample(choices, draw.randint(1, 4))
    # One in ten has already signed up somewhere.
    owners = [0] * len(platforms)
    if draw.random() < 0.1 and len(platforms) > 1:
        owners[-1] = 1
    accounts = tuple(
        open_account(
            platform,
            number,
            tenures[owner],
            moment_within(tenures[owner], today, draw),
            seed=seed,
            place=place,
            draw=draw,
        )
        for place, (platform, owner) in enumerate(zip(platforms, owners, strict=True))
    )
    history = History(number=number, story="bulk", basis=BULK_BASIS, tenures=tenures, claimed=1)
    return history, accounts


def _reissued_tenures(draw: Random, today: date) -> tuple[Tenure, Tenure]:
    activated = today - timedelta(days=draw.randint(40, 400))
    given_up = activated - timedelta(days=draw.randint(90, 180))
    begun = given_up - timedelta(days=draw.randint(400, 2500))
    previous = Tenure(people.full_name(draw), begun, given_up)
    return previous, Tenure(people.full_name(draw), activated, None)
