"""科匠协作: a SCIM 2.0 server with deviations: two users per page, numbers in two styles, each with
a landline beside it, no self-description, and no removal by filter."""

from __future__ import annotations

from typing import cast

from jiebang.sandbox import formats, scim
from jiebang.sandbox.accounts import Account
from jiebang.sandbox.answers import Answer, ParsedRequest, as_object
from jiebang.sandbox.platform import Platform
from jiebang.sandbox.seeded_random import roll
from jiebang.sandbox.site import Site

KEY = "sandbox-kejiang-key"
PLATFORM = Platform(
    id="kejiang",
    zh="科匠协作",
    en="Kejiang Works",
    category="developer",
    number_format="tel URI or D11",
    idempotency="natural",
    credentials={"api_key": KEY},
)
PAGE = 2
NO_USER = scim.error_response(404, "no such user")
OFFICE: dict[str, object] = {"value": "010-62770000", "type": "work"}


def _stored_spelling(account: Account) -> str:
    """Return the number as it was typed when the account was created."""
    as_uri = roll("kejiang", account.id) < 0.5
    return f"tel:{account.number}" if as_uri else account.number.removeprefix("+86")


def register_routes(site: Site) -> None:
    def user(account: Account) -> object:
        numbers = [OFFICE]
        if site.world.is_bound(account):
            numbers = [{"value": _stored_spelling(account), "type": "mobile"}, OFFICE]
        return {
            "schemas": [scim.USER.lower()],
            "id": account.id,
            "userName": f"{account.id}@kejiang.example",
            "nickName": account.nickname,
            "phoneNumbers": numbers,
        }

    def search(parsed: ParsedRequest) -> Answer:
        value = scim.searched_number(parsed)
        if value is None:
            return scim.error_response(
                400, "only phoneNumbers.value eq is supported", "invalidFilter"
            )
        number = formats.d11(value) or formats.e164(value.removeprefix("tel:"))
        found = [
            each for each in site.bound_accounts(number or "") if _stored_spelling(each) == value
        ]
        return scim.listing(parsed, [user(account) for account in found], most=PAGE)

    def read(parsed: ParsedRequest) -> Answer:
        account = site.find(parsed.path_param("id"))
        return NO_USER if account is None else scim.response(user(account))

    def patch(parsed: ParsedRequest) -> Answer:
        account, changes = site.find(parsed.path_param("id")), scim.changes(parsed)
        if account is None:
            return NO_USER
        if changes is None or len(changes) != 1:
            return scim.error_response(400, "expected a PatchOp with one change", "invalidSyntax")
        operation, path, value = changes[0]
        if path != "phoneNumbers" or operation not in ("remove", "replace"):
            return scim.error_response(
                400, "a path must be the name of an attribute", "invalidPath"
            )
        left = cast("list[object]", value) if isinstance(value, list) else []
        if not any(as_object(one).get("value") == _stored_spelling(account) for one in left):
            site.unbind(account.id)
        return Answer(204)

    site.guard(
        lambda parsed: parsed.header("x-kejiang-key") == KEY,
        scim.error_response(401, "the key is not known"),
    )
    site.route("GET", "/Users", search)
    site.route("GET", "/Users/{id}", read)
    site.route("PATCH", "/Users/{id}", patch, writes=True)
