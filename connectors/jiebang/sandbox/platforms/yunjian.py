"""云笺邮箱: a standard SCIM 2.0 server with ETags, PATCH by filter and a self-description."""

from __future__ import annotations

import re

from jiebang.sandbox import formats, scim
from jiebang.sandbox.accounts import Account, Flag
from jiebang.sandbox.answers import Answer, ParsedRequest
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.site import Site
from jiebang.sandbox.world import OrderOutcome

TOKEN = "sandbox-yunjian-token"  # noqa: S105 - the demo's own
PLATFORM = Platform(
    id="yunjian",
    zh="云笺邮箱",
    en="Yunjian Mail",
    category="email",
    number_format="E164",
    date_format="instant",
    idempotency="natural",
    credentials={"token": TOKEN},
)
PAGE = 100
NO_USER = scim.error_response(404, "no such user")
_REMOVAL = re.compile(r'phoneNumbers\[value eq "([^"\\]*)"\]', re.IGNORECASE)


def _feature(name: str, *, supported: bool) -> dict[str, object]:
    return {name: {"supported": supported}}


ABLE = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    **_feature("patch", supported=True),
    **_feature("etag", supported=True),
    **_feature("sort", supported=False),
    **_feature("changePassword", supported=False),
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": PAGE},
    "authenticationSchemes": [
        {"type": "oauthbearertoken", "name": "Bearer", "description": "A bearer token"}
    ],
}


def register_routes(site: Site) -> None:
    def etag(account: Account) -> str:
        return 'W/"1"' if site.world.is_bound(account) else 'W/"2"'

    def user(account: Account) -> object:
        numbers = [{"value": account.number, "type": "mobile", "primary": True}]
        return {
            "schemas": [scim.USER],
            "id": account.id,
            "userName": account.number if Flag.SOLE_LOGIN in account.flags else f"{account.id}@yj",
            "displayName": account.nickname,
            "phoneNumbers": numbers if site.world.is_bound(account) else [],
            "meta": {
                "resourceType": "User",
                "created": formats.instant(account.bound_at),
                "version": etag(account),
            },
        }

    def search(parsed: ParsedRequest) -> Answer:
        number = scim.searched_number(parsed)
        if number is None:
            return scim.error_response(
                400, "only phoneNumbers.value eq is supported", "invalidFilter"
            )
        found = site.bound_accounts(number) if formats.e164(number) else []
        return scim.listing(parsed, [user(account) for account in found], most=PAGE)

    def read(parsed: ParsedRequest) -> Answer:
        account = site.find(parsed.path_param("id"))
        if account is None:
            return NO_USER
        return scim.response(user(account), headers={"etag": etag(account)})

    def patch(parsed: ParsedRequest) -> Answer:
        account, changes = site.find(parsed.path_param("id")), scim.changes(parsed)
        if account is None:
            return NO_USER
        if parsed.header("if-match") not in ("", etag(account)):
            return scim.error_response(412, "the user has changed since")
        if changes is None:
            return scim.error_response(400, "expected a PatchOp", "invalidSyntax")
        for operation, path, _ in changes:
            target = _REMOVAL.fullmatch(path)
            if operation != "remove" or target is None:
                return scim.error_response(400, "only numbers can be removed here", "invalidPath")
            if target[1] != account.number or not site.world.is_bound(account):
                return scim.error_response(400, "nothing has this value", "noTarget")
            if site.unbind(account.id) is OrderOutcome.REFUSED:
                return scim.error_response(
                    400, "the number is the login of the account", "mutability"
                )
        return scim.response(user(account), headers={"etag": etag(account)})

    site.guard(
        lambda parsed: parsed.has_bearer(TOKEN), scim.error_response(401, "the token is invalid")
    )
    site.route("GET", "/ServiceProviderConfig", lambda _: scim.response(ABLE))
    site.route("GET", "/Users", search)
    site.route("GET", "/Users/{id}", read)
    site.route("PATCH", "/Users/{id}", patch, writes=True)
