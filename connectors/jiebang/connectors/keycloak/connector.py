"""Removing a number from an attribute of a Keycloak user.

The Admin REST API replaces all attributes of a user at once. So the user is read, its names and
attributes are written back without this number, and the realm is searched again: the order is done
if the search no longer finds the user. Keycloak does not support ETags: a concurrent change to
these fields between reading and writing is silently lost. Fields not sent stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiebang.connectors.manifest.setting import setting_value
from jiebang.connectors.manifest.template import Template
from jiebang.connectors.manifest.tree import is_list, is_mapping
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.placeholders import account_of, settings_of
from jiebang.connectors.rest.request import PreparedRequest
from jiebang.connectors.scim.resource import is_number
from jiebang.sdk import (
    Account,
    ActionOutcome,
    Bound,
    Call,
    ConnectorError,
    CredentialsFault,
    Denied,
    DenyReason,
    Done,
    Json,
    LookupAnswer,
    NotBound,
    ProtocolFault,
    Subject,
)

USERS = Template.parse("/admin/realms/${config.realm}/users")
USER = Template.parse("/admin/realms/${config.realm}/users/${account.handle}")
#: Keycloak treats these as attributes too, so omitting them would clear them. Nothing else is sent:
#: `enabled` would lift a lockout, or make a temporary one permanent.
NAMES = ("username", "email", "firstName", "lastName")


@dataclass(frozen=True, slots=True)
class KeycloakConnector(RestConnector):
    """Looks up as its manifest says, and unbinds as described above."""

    async def lookup(self, subject: Subject, call: Call) -> LookupAnswer:
        found = await RestConnector.lookup(self, subject, call)
        if isinstance(found, NotBound):
            await self._require_visible_users(call)
        return found

    async def unbind(self, subject: Subject, account: Account, call: Call) -> ActionOutcome:
        values = settings_of(self.spec.settings, call) | account_of(account)
        path, attribute = USER.path(values), setting_value("attribute", values)
        read = await self._request_user(path, call)
        if read.status != 200:
            raise read.failure(self.manifest.errors)
        user = _parse_user(read.document, account.handle)
        if is_number(user["username"], subject):
            return Denied(reason=DenyReason.SOLE_LOGIN_IDENTIFIER)
        left = _attributes_without(user, attribute, subject)
        if left is not None:
            names = {name: user[name] for name in NAMES if name in user}
            written = await self._request_user(path, call, names | {"attributes": left})
            if written.status != 204:
                raise written.failure(self.manifest.errors)
        await self._require_gone(subject, account, call, written=left is not None)
        return Done(already=left is None)

    async def _request_user(
        self, path: str, call: Call, changed: Mapping[str, Any] | None = None
    ) -> ParsedAnswer:
        """Read the user, or replace it with `changed`."""
        write = changed is not None
        request = PreparedRequest("PUT" if write else "GET", path, {}, {}, changed, None)
        return await self._send(request, call, write=write)

    async def _require_visible_users(self, call: Call) -> None:
        """Raise `ConnectorError` unless the client can see at least one user. One that may query
        users but not view them gets an empty list for every search, which does not prove
        absence."""
        path = USERS.path(settings_of(self.spec.settings, call))
        answer = await self._send(
            PreparedRequest("GET", path, {"max": "1"}, {}, None, None), call, write=False
        )
        if answer.status != 200:
            raise answer.failure(self.manifest.errors)
        if not is_list(answer.document) or not answer.document:
            raise CredentialsFault("the client cannot see any users; it needs the role view-users")

    async def _require_gone(
        self, subject: Subject, account: Account, call: Call, *, written: bool
    ) -> None:
        """Raise `ConnectorError` unless a complete search no longer finds the user. An attribute
        hidden from the client is missing in the user, but still found by a search."""
        try:
            found = await RestConnector.lookup(self, subject, call)
        except ConnectorError as error:
            error.maybe_done = written
            raise
        if isinstance(found, NotBound):
            return
        if not isinstance(found, Bound) or not found.complete:
            raise ProtocolFault(
                "it is unknown whether the user still has the number", maybe_done=written
            )
        if account.handle in {one.handle for one in found.accounts}:
            raise ProtocolFault("the user is still found by the number", maybe_done=written)


def _parse_user(document: Json, handle: str) -> Mapping[str, Any]:
    """Parse the requested user. Raises `ProtocolFault` for anything else."""
    if not is_mapping(document) or document.get("id") != handle:
        raise ProtocolFault("the answer is not the requested user")
    if not isinstance(document.get("username"), str):
        raise ProtocolFault("a user without a username")
    return document


def _attributes_without(
    user: Mapping[str, Any], attribute: str, subject: Subject
) -> dict[str, Any] | None:
    """Return all attributes of the user without this number, or None if it is not among them. An
    attribute left without values is omitted. Raises `ProtocolFault`."""
    attributes = user.get("attributes", {})
    if not is_mapping(attributes):
        raise ProtocolFault("the attributes of a user cannot be read")
    numbers = attributes.get(attribute, [])
    if not is_list(numbers) or not all(isinstance(one, str) for one in numbers):
        raise ProtocolFault("the numbers of a user cannot be read")
    others = [one for one in numbers if not is_number(one, subject)]
    if len(others) == len(numbers):
        return None
    kept = {name: value for name, value in attributes.items() if name != attribute}
    return kept | ({attribute: others} if others else {})
