"""The demonstration numbers and their personas. Dates count days from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jiebang.sandbox import people
from jiebang.sandbox.accounts import Account, Flag, moment_on, moment_within, open_account
from jiebang.sandbox.histories import History, Quarantine, Tenure
from jiebang.sandbox.seeded_random import dice


@dataclass(frozen=True, slots=True)
class PersonaAccount:
    """An account of a persona: the tenure it was bound in (an index), or the day."""

    platform: str
    tenure: int
    flag: Flag | None = None
    day: int | None = None
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One demonstration number. `tenures` are (from, to); `claimed` is the persona's own."""

    id: str
    number: str
    basis: str
    zh: str
    en: str
    tenures: tuple[tuple[int, int | None], ...]
    claimed: int
    accounts: tuple[PersonaAccount, ...]
    quarantine: tuple[int, int, int] | None = None


def _accounts(tenure: int, platforms: str) -> tuple[PersonaAccount, ...]:
    return tuple(PersonaAccount(platform, tenure) for platform in platforms.split())


PERSONAS = (
    Persona(
        id="new_holder",
        number="+8613900000001",
        basis="CURRENT",
        zh="刚买到二次放号的新机主：前任机主的账号还挂在这个号码上",
        en="The new holder of a recycled number: a stranger's accounts still carry it",
        tenures=((-1460, -220), (-120, None)),
        claimed=1,
        accounts=(
            PersonaAccount("yunpan", 0, files=1284),
            PersonaAccount("jisudai", 0, Flag.DEBT),
            PersonaAccount("yikang", 0, Flag.LEGAL_HOLD),
            PersonaAccount("gongju", 0, Flag.SOLE_LOGIN),
            *_accounts(
                0, "gongju leshop tiandian luntan manyou yuanfen xuexi chengshi huiyuan anju"
            ),
            *_accounts(0, "meiwei kuaixiu"),
            PersonaAccount("youxi", 1, day=-120),
            *_accounts(1, "leshop dabo"),
            *_accounts(0, "luming shundao qishan feiguan shimin"),
        ),
    ),
    Persona(
        id="departing",
        number="+8613900000002",
        basis="DEPARTING",
        zh="准备销号的机主：想在离开前把自己的账号都解绑",
        en="A holder about to give the number up, who wants to leave nothing behind",
        tenures=((-4000, -2300), (-2190, None)),
        claimed=1,
        accounts=(
            PersonaAccount("manyou", 0),
            PersonaAccount("yunpan", 1, files=37),
            PersonaAccount("gongju", 1, Flag.SOLE_LOGIN),
            *_accounts(
                1, "jisudai leshop tiandian luntan zhiyou youxi xuexi yikang chengshi huiyuan"
            ),
            *_accounts(1, "dabo taoshi yunjian kejiang anhe moye tuyou feiguan"),
            PersonaAccount("wenlu", 1, Flag.FUNDS),
            *_accounts(1, "shundao shimin heming qingqi qingsong"),
        ),
    ),
    Persona(
        id="former",
        number="+8613900000003",
        basis="FORMER",
        zh="已经弃号、没有旧卡的前任机主：号码现在归别人",
        en="A former holder without the SIM; the number has a new holder by now",
        tenures=((-2000, -200), (-110, None)),
        claimed=0,
        accounts=(
            PersonaAccount("yunpan", 0, files=512),
            PersonaAccount("luntan", 0, Flag.BANNED),
            *_accounts(0, "tiandian zhiyou gongju chengshi youxi dabo"),
            *_accounts(1, "yunpan leshop huiyuan meiwei"),
            PersonaAccount("anhe", 0, Flag.ID_CHECK),
            *_accounts(0, "luming qishan"),
            *_accounts(1, "shundao shimin"),
        ),
    ),
    Persona(
        id="quarantined",
        number="+8613900000004",
        basis="QUARANTINED",
        zh="冷冻期里的号码：已销号，还没有再次放号",
        en="A number in quarantine: given up, not yet issued again",
        tenures=((-1500, -100),),
        claimed=0,
        quarantine=(-100, -10, 20),
        accounts=(
            PersonaAccount("yunpan", 0, files=64),
            *_accounts(0, "jisudai leshop tiandian manyou xuexi chengshi huiyuan meiwei"),
            *_accounts(0, "kejiang wenlu luming yunjian heming xiaodeng"),
        ),
    ),
    Persona(
        id="crowded",
        number="+8613900000005",
        basis="CURRENT",
        zh="从前是一家小店的号码：店里用它开了几十个账号",
        en="Once a small shop's number: it opened dozens of accounts with it",
        tenures=((-900, -300), (-150, None)),
        claimed=1,
        accounts=(
            *(PersonaAccount("moye", 0),) * 45,
            *(PersonaAccount("luming", 0),) * 7,
            *(PersonaAccount("qishan", 0),) * 9,
            *(PersonaAccount("kejiang", 0),) * 9,
            *_accounts(0, "feiguan shimin"),
        ),
    ),
)


def build_persona(
    persona: Persona, *, seed: int, today: date
) -> tuple[History, tuple[Account, ...]]:
    """Build the number's history and accounts, with real dates."""

    def to_date(offset: int) -> date:
        return today + timedelta(days=offset)

    draw = dice(seed, persona.number)
    tenures = tuple(
        Tenure(people.full_name(draw), to_date(start), None if end is None else to_date(end))
        for start, end in persona.tenures
    )
    history = History(
        number=persona.number,
        story=persona.id,
        basis=persona.basis,
        tenures=tenures,
        claimed=persona.claimed,
        quarantine=Quarantine(*map(to_date, persona.quarantine)) if persona.quarantine else None,
    )
    accounts: list[Account] = []
    for place, seat in enumerate(persona.accounts):
        tenure = tenures[seat.tenure]
        accounts.append(
            open_account(
                seat.platform,
                persona.number,
                tenure,
                moment_within(tenure, today, draw)
                if seat.day is None
                else moment_on(to_date(seat.day), draw),
                seed=seed,
                place=place,
                draw=draw,
                flags=frozenset({seat.flag} if seat.flag else ()),
                files=seat.files,
            )
        )
    return history, tuple(accounts)
