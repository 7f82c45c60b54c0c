"""A connector made from a manifest of kind `scim`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jiebang.connectors.gather import gather_all
from jiebang.connectors.manifest.tree import is_mapping
from jiebang.connectors.mask import mask_label
from jiebang.connectors.rest.date import binding_date
from jiebang.connectors.rest.outcome import MAX_ID_LENGTH
from jiebang.connectors.rest.page import join_pages, merge_lookups
from jiebang.connectors.scim.client import ScimClient, ScimResponse
from jiebang.connectors.scim.model import Features, Scim
from jiebang.connectors.scim.removal import remove
from jiebang.connectors.scim.resource import (
    is_number,
    matching_numbers,
    parse_features,
    parse_page,
    spellings,
)
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Call,
    ConfigFault,
    ConnectorSpec,
    DenyReason,
    LookupAnswer,
    LookupOutcome,
    NotBound,
    ProtocolFault,
    Subject,
    Unsupported,
)

#: The page size, and the maximum number of pages.
PAGE = 100
MAX_PAGES = 20
#: The requested attributes of each user: no more than needed.
ATTRIBUTES = "userName,displayName,nickName,phoneNumbers,meta"
EVIDENCE = "totalResults == 0"


@dataclass(frozen=True, slots=True)
class ScimConnector:
    """Speaks to one SCIM server."""

    spec: ConnectorSpec
    manifest: Scim = field(repr=False)

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        client = ScimClient(self.spec, self.manifest.auth, call)
        values = spellings(subject, self.manifest.numbers)
        features, *found = await gather_all(
            [self._features(client), *(self._search(value, subject, client) for value in values)]
        )
        if isinstance(features, Features) and not features.filter:
            raise Unsupported("the server cannot search by phone number")
        return merge_lookups([one for one in found if not isinstance(one, Features)])

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        client = ScimClient(self.spec, self.manifest.auth, call)
        return await remove(client, await self._features(client), subject, account.handle)

    async def _features(self, client: ScimClient) -> Features:
        if self.manifest.supports is not None:
            return self.manifest.supports
        response = await client.ask("GET", "/ServiceProviderConfig")
        if response.status in (404, 501):
            raise ConfigFault(
                "the server does not say what it supports: add supports to the manifest"
            )
        return parse_features(_require_ok(response))

    async def _search(self, value: str, subject: Subject, client: ScimClient) -> LookupOutcome:
        pages: list[LookupOutcome] = []
        start = 1
        for _ in range(MAX_PAGES):
            response = await client.ask(
                "GET",
                "/Users",
                params={
                    "filter": f'phoneNumbers.value eq "{value}"',
                    "startIndex": str(start),
                    "count": str(PAGE),
                    "attributes": ATTRIBUTES,
                },
            )
            part = parse_page(_require_ok(response))
            if part.total == 0 and not pages:
                return NotBound(EVIDENCE)
            if not part.users:
                raise ProtocolFault("a page without accounts, although more were announced")
            accounts = tuple(self._account(one, subject) for one in part.users)
            pages.append(Bound(accounts=accounts))
            start += len(part.users)
            if start > part.total:
                return join_pages(pages, whole=True)
        return join_pages(pages, whole=False)

    def _account(self, resource: Mapping[str, Any], subject: Subject) -> Account:
        if not matching_numbers(resource, subject):
            # It would be somebody else's account: a server that ignores filters lists them all.
            raise ProtocolFault("an account without the number; does the server ignore the filter?")
        handle = resource.get("id")
        if not isinstance(handle, str) or not handle.strip() or len(handle) > MAX_ID_LENGTH:
            raise ProtocolFault("an account does not have an id")
        kind = self.manifest.label
        label = None if kind == "none" else resource.get(kind)
        meta = resource.get("meta")
        created = meta.get("created") if is_mapping(meta) else None
        login = is_number(resource.get("userName"), subject)
        return Account(
            handle=handle,
            platform=self.spec.platforms[0].id,
            label=mask_label(label, "email" if kind == "userName" else "name")
            if isinstance(label, str) and label.strip()
            else None,
            bound=binding_date(created, "instant", None) if self.manifest.bound_date else None,
            blockers=(DenyReason.SOLE_LOGIN_IDENTIFIER,) if login else (),
        )


def _require_ok(response: ScimResponse) -> Any:
    if response.status != 200:
        raise (
            response.failure() if response.status >= 300 else ProtocolFault("an unexpected answer")
        )
    return response.document
