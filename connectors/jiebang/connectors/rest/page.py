"""Paging, and several lookups: many answers combined into one outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, urljoin, urlsplit

from pydantic import Field, model_validator

from jiebang.connectors.manifest.credential import ApiKey, Auth
from jiebang.connectors.manifest.expression import JmesPath
from jiebang.connectors.manifest.field import HeaderName, Int, Model, Str
from jiebang.connectors.manifest.template import require_one_line
from jiebang.connectors.rest.request import PreparedRequest
from jiebang.sdk import Account, Bound, Json, LookupOutcome, NotBound, ProtocolFault

MAX_CURSOR_LENGTH = 4096


class Pages(Model):
    """How to request the next page. `next` reads its cursor or address; null, false and an empty
    string mark the last page."""

    next: JmesPath = Field(description="a JMESPath expression for the cursor of the next page")
    param: Str | None = None
    header: HeaderName | None = None
    field: Str | None = None
    url: Literal[True] | None = None
    most: Annotated[Int, Field(ge=2, le=200)] = 20

    @model_validator(mode="after")
    def _require_one_place(self) -> Self:
        places = (self.param, self.header, self.field, self.url)
        if sum(place is not None for place in places) != 1:
            raise ValueError("expected one of param, header, field and url: true")
        return self

    def cursor(self, document: Json) -> str | None:
        """Return the cursor of the next page, None after the last one. Raises `ProtocolFault`."""
        found = self.next.read(document)
        if found is None or found is False or found == "":
            return None
        if isinstance(found, bool) or not isinstance(found, str | int):
            raise ProtocolFault("the cursor of the next page is neither a string nor an integer")
        if len(str(found)) > MAX_CURSOR_LENGTH:
            raise ProtocolFault("the cursor of the next page is too long")
        return str(found)

    def turn(self, request: PreparedRequest, cursor: str, base: str, auth: Auth) -> None:
        """Point the request to the page at `cursor`. `base` is the address of the interface.

        Raises `ProtocolFault` for an address that leads elsewhere.
        """
        if self.url is None:
            if self.header is not None:
                require_one_line(cursor)
            request.put(self.header, self.param, self.field, cursor)
            return
        key = auth.query if isinstance(auth, ApiKey) else None
        last = urljoin(f"{base.rstrip('/')}/", request.path.lstrip("/"))
        try:
            address = urljoin(last, cursor)
            parts, home = urlsplit(address), urlsplit(base)
            same = (parts.scheme, parts.netloc.lower()) == (home.scheme, home.netloc.lower())
        except ValueError:
            same, address, parts = False, "", None
        if not same or parts is None:
            raise ProtocolFault("the address of the next page is not on the platform's host")
        told = parse_qs(parts.query, keep_blank_values=True)
        request.path = address.partition("#")[0]
        request.params = {
            name: value
            for name, value in request.params.items()
            if name == key and name not in told
        }


def join_pages(outcomes: Sequence[LookupOutcome], *, whole: bool) -> LookupOutcome:
    """Combine the outcomes of all pages. `whole`: there is no further page.

    Without accounts it is an absence only if every page was read. Raises `ProtocolFault`.
    """
    first, *later = outcomes
    if not isinstance(first, Bound | NotBound):
        return first
    if any(not isinstance(one, Bound | NotBound) for one in later):
        raise ProtocolFault("a later page has another kind of outcome than the first")
    accounts = [account for one in outcomes if isinstance(one, Bound) for account in one.accounts]
    if not accounts:
        if not whole:
            raise ProtocolFault("no account on any page read, and there are more pages")
        return first
    if len({_account_key(account) for account in accounts}) < len(accounts):
        raise ProtocolFault("an account occurs twice")
    complete = all(one.complete for one in outcomes if isinstance(one, Bound))
    return Bound(accounts=tuple(accounts), complete=whole and complete)


def merge_lookups(outcomes: Sequence[LookupOutcome]) -> LookupOutcome:
    """Combine the outcomes of several lookups of one number: an absence only if all say so.

    An account that several of them found counts once.
    """
    accounts: dict[tuple[str, str], Account] = {}
    evidence: list[str] = []
    complete = True
    for outcome in outcomes:
        match outcome:
            case Bound():
                complete = complete and outcome.complete
                for account in outcome.accounts:
                    accounts.setdefault(_account_key(account), account)
            case NotBound():
                evidence.append(outcome.evidence)
            case _:
                raise ProtocolFault("one of several lookups cannot be answered later")
    if accounts:
        return Bound(accounts=tuple(accounts.values()), complete=complete)
    return NotBound(" and ".join(dict.fromkeys(evidence)))


def _account_key(account: Account) -> tuple[str, str]:
    return account.platform, account.handle
