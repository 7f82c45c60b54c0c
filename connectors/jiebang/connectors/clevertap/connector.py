"""Taking a number away from a CleverTap profile.

The call is public, the shape of its answer is not. So the profile is read, the number is taken
away, and the profile is read again: done is a profile that showed the number and shows it no
longer. https://developer.clevertap.com/docs/disassociate-api
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jiebang.connectors.manifest.tree import is_list, is_mapping
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.request import Request
from jiebang.connectors.scim.resource import is_number
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Call,
    ConnectorError,
    Done,
    Json,
    ProtocolFault,
    Subject,
)

_HEADERS = {"X-CleverTap-Account-Id": "${config.account_id}"}
PROFILE = Request.model_validate(
    {
        "method": "GET",
        "path": "/1/profile.json",
        "params": {"objectId": "${account.handle}"},
        "headers": _HEADERS,
    }
)
DISASSOCIATE = Request.model_validate(
    {
        "method": "POST",
        "path": "/1/disassociate",
        "headers": _HEADERS,
        "json": {"d": [{"type": "phone", "value": "${subject.number}"}]},
    }
)


@dataclass(frozen=True, slots=True)
class ClevertapConnector(RestConnector):
    """Asks as its manifest says, and unbinds as the module says."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        if not await self._has_number(subject, account, call):
            raise ProtocolFault("the profile does not show the number, so nothing would be proven")
        values = self._values(subject, call, account=account)
        answer = await self._ask(DISASSOCIATE, values, call, write=True)
        if answer.status != 200:
            raise answer.failure(self.manifest.errors)
        try:
            still = await self._has_number(subject, account, call)
        except ConnectorError as error:
            error.maybe_done = True
            raise
        if still:
            raise ProtocolFault("the profile still shows the number", maybe_done=True)
        return Done()

    async def _has_number(self, subject: Subject, account: Account, call: Call) -> bool:
        """Whether the profile holds the number anywhere. Raises `ConnectorError`, also when what
        came is no profile."""
        answer = await self._ask(PROFILE, self._values(subject, call, account=account), call)
        if answer.status != 200:
            raise answer.failure(self.manifest.errors)
        profile = answer.document.get("record") if is_mapping(answer.document) else None
        texts = list(_texts(profile))
        if not is_mapping(profile) or account.handle not in texts:
            raise ProtocolFault("another profile came than the one asked for")
        return any(is_number(text, subject) for text in texts)


def _texts(document: Json) -> Iterator[str]:
    """Every text and whole number in it: phone numbers come as both."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, int) and not isinstance(document, bool):
        yield str(document)
    elif is_mapping(document):
        for value in document.values():
            yield from _texts(value)
    elif is_list(document):
        for value in document:
            yield from _texts(value)
