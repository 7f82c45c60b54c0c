"""Removing a number from a CleverTap profile.

The call is documented, but the format of its answer is not. So the profile is read, the number is
removed, and the profile is read again: the order is done if the profile showed the number before
and no longer shows it. https://developer.clevertap.com/docs/disassociate-api
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
    """Looks up as its manifest says, and unbinds as described above."""

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        if not await self._has_number(subject, account, call):
            raise ProtocolFault("the number is not shown, so its removal cannot be verified")
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
        """Tell whether the profile contains the number anywhere. Raises `ConnectorError`, also for
        an answer that is not a profile."""
        answer = await self._ask(PROFILE, self._values(subject, call, account=account), call)
        if answer.status != 200:
            raise answer.failure(self.manifest.errors)
        profile = answer.document.get("record") if is_mapping(answer.document) else None
        texts = list(_texts(profile))
        if not is_mapping(profile) or account.handle not in texts:
            raise ProtocolFault("the answer is not the requested profile")
        return any(is_number(text, subject) for text in texts)


def _texts(document: Json) -> Iterator[str]:
    """Yield every string and integer in it: phone numbers occur as both."""
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
