"""What a connector receives and what it reports about an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from jiebang.sdk.errors import ContractError
from jiebang.sdk.reasons import DenyReason

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: One text in several languages, keyed by BCP 47 tag: ``{"zh-CN": "网盘", "en": "Net disk"}``.
Text = Mapping[str, str]


class Category(StrEnum):
    """The part of daily life a platform belongs to. `SENSITIVE` lists those in which merely having
    an account says something intimate about a person."""

    CLOUD_STORAGE = "cloud_storage"
    COMMUNITY = "community"
    DATING = "dating"
    DEVELOPER = "developer"
    EDUCATION = "education"
    EMAIL = "email"
    FINANCE = "finance"
    GAMES = "games"
    GOVERNMENT = "government"
    HEALTH = "health"
    HOUSING = "housing"
    LENDING = "lending"
    MEDIA = "media"
    MEMBERSHIP = "membership"
    RECRUITING = "recruiting"
    SHOPPING = "shopping"
    SOCIAL = "social"
    TOOLS = "tools"
    TRANSPORT = "transport"
    TRAVEL = "travel"
    UTILITIES = "utilities"


#: Categories whose platforms are sensitive unless the connector says otherwise.
SENSITIVE: frozenset[Category] = frozenset(
    {Category.DATING, Category.FINANCE, Category.HEALTH, Category.LENDING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A place where people hold accounts. `id` never changes once published."""

    id: str
    name: Text
    category: Category
    #: None: follow the category.
    sensitive: bool | None = None
    #: The official site, shown to people; https.
    site: str | None = None

    @property
    def is_sensitive(self) -> bool:
        return self.category in SENSITIVE if self.sensitive is None else self.sensitive


@dataclass(frozen=True, slots=True)
class BindingDate:
    """When the number was bound to the account, as precisely as the platform states it.

    An inclusive interval of calendar days in Asia/Shanghai; None leaves a side open. Use the
    constructors `on`, `at`, `before` and `since`; an undated account has no `BindingDate` at all.
    """

    earliest: date | None
    latest: date | None

    def __post_init__(self) -> None:
        if self.earliest is None and self.latest is None:
            raise ContractError("a binding date needs earliest or latest; otherwise leave it out")
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ContractError("a binding date cannot end before it begins")

    @classmethod
    def on(cls, day: date) -> BindingDate:
        """Bound on this calendar day (Asia/Shanghai)."""
        return cls(day, day)

    @classmethod
    def at(cls, instant: datetime) -> BindingDate:
        """Bound at this instant. Raises `ContractError` for a naive time: it could be a day off."""
        if instant.tzinfo is None:
            raise ContractError("a binding instant needs a time zone")
        return cls.on(instant.astimezone(SHANGHAI).date())

    @classmethod
    def before(cls, day: date) -> BindingDate:
        """Bound before the start of this day."""
        return cls(None, day - timedelta(days=1))

    @classmethod
    def since(cls, day: date) -> BindingDate:
        """Bound on this day or later."""
        return cls(day, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The person whose accounts are requested. Its `repr` never shows the number.

    `number` is in E.164 format (``+8613800001234``). `held_since` and `held_until` are the first
    day of the tenure in question and the first day after it; a connector receives them only if its
    spec names them in `subject_needs`.
    """

    number: str = field(repr=False)
    region: str
    held_since: date | None = None
    held_until: date | None = None

    @property
    def national(self) -> str:
        """The number without its country code: 11 digits for mainland China."""
        return self.number.removeprefix("+86") if self.region == "CN" else self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account registered with the number.

    `handle` is how the platform identifies the account later; the gateway encrypts it and never
    shows it. `label` is what a person recognises it by, already masked by the connector (``张**``);
    the gateway decides who may see it.
    """

    handle: str = field(repr=False)
    platform: str
    label: str | None = field(default=None, repr=False)
    bound: BindingDate | None = None
    #: Why the platform would currently refuse to unbind it; empty if it would not.
    blockers: tuple[DenyReason, ...] = ()
