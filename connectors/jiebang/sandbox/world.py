"""The current state: which accounts are bound, and what has been done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from jiebang.sandbox import people
from jiebang.sandbox.accounts import SHANGHAI, Account, Flag, handle
from jiebang.sandbox.aggregator_catalogue import AggregatorCatalogue
from jiebang.sandbox.faults import Faults
from jiebang.sandbox.journal import Journal, Operation
from jiebang.sandbox.population import Population
from jiebang.sandbox.seeded_random import dice


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How slow manyou is, how long luntan's cases take (seconds), how often youxi fails, and how
    many calls tuyou allows in how many seconds."""

    slow_seconds: float = 1.2
    callback_seconds: float = 0.3
    flaky_rate: float = 0.25
    allowance: int = 60
    window_seconds: float = 1.0


class OrderOutcome(Enum):
    """How an order about an account ends."""

    DONE = auto()
    ALREADY = auto()
    NO_SUCH_ACCOUNT = auto()
    REFUSED = auto()


class World:
    def __init__(self, population: Population, *, seed: int, pace: Pace) -> None:
        self.population = population
        self.seed = seed
        self.pace = pace
        self.journal = Journal()
        self.faults = Faults(seed)
        self.aggregator_catalogue = AggregatorCatalogue()
        self.accounts: dict[tuple[str, str], Account] = {}
        self.unbound: set[tuple[str, str]] = set()
        #: What else was done about accounts, once each: contact stopped, locked, owner informed.
        self.marks: set[tuple[Operation, str, str]] = set()
        #: Accounts whose person has verified their identity.
        self.identified: set[tuple[str, str]] = set()
        self._by_number: dict[tuple[str, str], list[Account]] = {}
        for account in population.accounts:
            self._add_account(account)

    def _add_account(self, account: Account) -> None:
        self.accounts[account.platform, account.id] = account
        self._by_number.setdefault((account.platform, account.number), []).append(account)

    def is_bound(self, account: Account) -> bool:
        return (account.platform, account.id) not in self.unbound

    def bound_accounts(self, platform: str, number: str) -> list[Account]:
        """Return the accounts currently registered with the number."""
        return [each for each in self._by_number.get((platform, number), ()) if self.is_bound(each)]

    def find(self, platform: str, account_id: str, number: str | None) -> Account | None:
        """Return the account, even if unbound. With `number`, only if it is (or was) its own."""
        account = self.accounts.get((platform, account_id))
        return account if account and number in (None, account.number) else None

    def flags(self, account: Account) -> frozenset[Flag]:
        """Return what still prevents its unbinding."""
        known = (account.platform, account.id) in self.identified
        return account.flags - {Flag.ID_CHECK} if known else account.flags

    def unbind(self, account: Account, key: str, via: str) -> OrderOutcome:
        if not self.is_bound(account):
            return OrderOutcome.ALREADY
        if self.flags(account):
            return OrderOutcome.REFUSED
        self.detach(account, key, via)
        return OrderOutcome.DONE

    def detach(self, account: Account, key: str, via: str) -> None:
        """Record one effect, whatever the state before; none if the platform fakes it."""
        if self.faults.is_faking_unbinds(via):
            return
        self.unbound.add((account.platform, account.id))
        self.journal.record_effect(account.platform, Operation.UNBIND, account.id, key, via)

    def is_marked(self, account: Account, operation: Operation) -> bool:
        return (operation, account.platform, account.id) in self.marks

    def mark(self, account: Account, operation: Operation, key: str) -> OrderOutcome:
        """Stop contact, lock the account or inform its owner: one effect, the first time."""
        if self.is_marked(account, operation):
            return OrderOutcome.ALREADY
        platform = account.platform
        self.marks.add((operation, platform, account.id))
        self.journal.record_effect(platform, operation, account.id, key, platform)
        return OrderOutcome.DONE

    def sign_up(self, platform: str, number: str) -> Account | None:
        """Create an account bound today; None while another one has the number."""
        if self.bound_accounts(platform, number):
            return None
        place = len(self.journal.effects) + 1
        today = self.population.today
        history = self.population.histories.get(number)
        now = datetime.now(SHANGHAI).time().replace(microsecond=0)
        account = Account(
            platform=platform,
            id=handle(platform, self.seed, number, "sign-up", place),
            number=number,
            holder=(history and history.holder_on(today)) or "",
            nickname=people.nickname(dice(self.seed, number, place)),
            bound_at=datetime.combine(today, now, SHANGHAI),
        )
        self._add_account(account)
        self.journal.record_effect(platform, Operation.SIGN_UP, account.id, "", platform)
        return account

    def fresh_copy(self) -> World:
        """Return a new world in the initial state of this one."""
        return World(self.population, seed=self.seed, pace=self.pace)
