"""What a connector declares about itself. The gateway relies on nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from jiebang.sdk.actions import Capability
from jiebang.sdk.auth import Auth
from jiebang.sdk.callback import CallbackAuth
from jiebang.sdk.errors import ContractError
from jiebang.sdk.values import Platform, Text

#: The version of this contract: (major, minor). Minor versions only add.
API: tuple[int, int] = (1, 0)

CONNECTOR_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
LANGUAGES = ("zh-CN", "en")


class Delivery(StrEnum):
    """How the final answer to a capability arrives."""

    SYNC = "sync"
    POLL = "poll"
    CALLBACK = "callback"
    MANUAL = "manual"


class Idempotency(StrEnum):
    """What happens when the same order reaches the platform twice.

    KEY: the platform honours an idempotency key. NATURAL: the second order changes nothing and the
    answer says so. NONE: it may act twice, so an order that may have been sent is never sent again.
    """

    KEY = "key"
    NATURAL = "natural"
    NONE = "none"


class Precedence(StrEnum):
    """Which of several connectors for a platform is used: the first in this order."""

    OWN = "own"
    AGGREGATOR = "aggregator"
    GUIDE = "guide"


class SubjectNeed(StrEnum):
    """What a connector must know about the person besides the number; never more kinds of data than
    the platform's own sign-up requires."""

    HELD_SINCE = "held_since"
    HELD_UNTIL = "held_until"


class SettingType(StrEnum):
    """How a setting is checked and displayed. A SECRET reaches the connector as `Secret`."""

    TEXT = "text"
    URL = "url"
    SECRET = "secret"  # noqa: S105 - the name of a type


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value that an operator configures. It is required unless it has a default."""

    name: str
    type: SettingType = SettingType.TEXT
    default: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `calls` per `per`, in bursts of up to `burst` (None: `calls`)."""

    calls: float
    per: timedelta
    burst: float | None = None

    @property
    def per_second(self) -> float:
        return self.calls / self.per.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much load the gateway may put on the platform, and how long it waits.

    `timeout` bounds one attempt. `attempts` applies to interactive lookups only: a durable step
    never retries internally. `concurrency` and `rate` hold across all processes. `give_up_after`
    bounds the wait for an asynchronous answer. `batch` is the maximum number of entries in one
    LOOKUP_BATCH or UNBIND_BATCH call.
    """

    timeout: timedelta = timedelta(seconds=2)
    attempts: int = 1
    concurrency: int = 8
    rate: Rate | None = None
    give_up_after: timedelta = timedelta(hours=72)
    batch: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """How the list of platforms from CATALOGUE is kept up to date.

    `refresh` is the interval between requests for the list, at least one minute. `max_shrink` (0 to
    1) is the share of known platforms that may be missing from it; a list that lacks more is
    rejected and reported as a problem.
    """

    refresh: timedelta = timedelta(hours=6)
    max_shrink: float = 0.1

    def __post_init__(self) -> None:
        if self.refresh < timedelta(minutes=1):
            raise ContractError("refresh must be one minute or more")
        if not 0 <= self.max_shrink <= 1:
            raise ContractError("max_shrink must be a share from 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSpec:
    """A connector's declaration.

    `id` matches ``[a-z][a-z0-9_]{1,39}`` and never changes. `delivery` says how answers arrive for
    each capability; the default is SYNC. `hosts` are the only hosts that the gateway's HTTP client
    connects to for it (``host`` or ``host:port``), besides the hosts of its URL settings.
    `stable_handles`: the same account has the same handle in every answer; without it, an unbinding
    cannot be verified. `dates_bindings`: accounts carry the date they were bound, not only whether
    it was before a given day; without it, a former holder's lookup is not sent to the platform,
    because the accounts found could only be somebody else's. `discovery` is required for the
    capability CATALOGUE; such a connector need not name any platform itself.
    """

    id: str
    version: str
    name: Text
    platforms: tuple[Platform, ...]
    capabilities: frozenset[Capability]
    api: tuple[int, int] = API
    delivery: Mapping[Capability, Delivery] = field(default_factory=dict[Capability, Delivery])
    precedence: Precedence = Precedence.OWN
    regions: frozenset[str] = frozenset({"CN"})
    limits: Limits = Limits()
    idempotency: Idempotency = Idempotency.NONE
    stable_handles: bool = True
    dates_bindings: bool = False
    subject_needs: frozenset[SubjectNeed] = frozenset()
    discovery: Discovery | None = None
    hosts: frozenset[str] = frozenset()
    settings: tuple[Setting, ...] = ()
    #: How the client authenticates requests; None: the connector sends its own headers, or none.
    auth: Auth | None = None
    #: How callbacks are signed; required for CALLBACK.
    callback_auth: CallbackAuth | None = None
    owners: tuple[str, ...] = ()
    docs: str | None = None

    def __post_init__(self) -> None:
        if not CONNECTOR_ID.fullmatch(self.id):
            raise ContractError(f"connector id {self.id!r} must match {CONNECTOR_ID.pattern}")
        for language in LANGUAGES:
            if not self.name.get(language):
                raise ContractError(f"connector {self.id}: its name is missing in {language}")
        if (self.discovery is None) == (Capability.CATALOGUE in self.capabilities):
            raise ContractError(f"connector {self.id}: CATALOGUE and `discovery` go together")
        if not self.platforms and self.discovery is None:
            raise ContractError(f"connector {self.id}: does not name a platform")
        if len({platform.id for platform in self.platforms}) < len(self.platforms):
            raise ContractError(f"connector {self.id}: names a platform twice")
        secret = {one.name for one in self.settings if one.type is SettingType.SECRET}
        for name in self.auth.secrets if self.auth is not None else ():
            if name not in secret:
                raise ContractError(f"connector {self.id}: auth needs the secret setting {name}")
        self._check_callback_auth(secret)

    def _check_callback_auth(self, secret: set[str]) -> None:
        auth = self.callback_auth
        if auth is None:
            return
        known = secret if auth.secret else {one.name for one in self.settings}
        if auth.key not in known:
            kind = "secret setting" if auth.secret else "setting"
            raise ContractError(f"connector {self.id}: callback_auth needs the {kind} {auth.key}")

    def delivery_of(self, capability: Capability) -> Delivery:
        return self.delivery.get(capability, Delivery.SYNC)

    @property
    def speaks_for_many(self) -> bool:
        """Whether it answers with a mapping from platform to outcome."""
        return len(self.platforms) > 1 or self.discovery is not None

    @property
    def platform_ids(self) -> frozenset[str]:
        return frozenset(platform.id for platform in self.platforms)
