"""Open the caller's sealed account ids, and check that the accounts are eligible now."""

from __future__ import annotations

from collections.abc import Sequence

from jiebang.gateway.calls.request import LookupRequest
from jiebang.gateway.catalogue.catalogue import Catalogue
from jiebang.gateway.domain.account_id import AccountIdSealer, OpenedAccountId
from jiebang.gateway.domain.errors import InvalidArgument, Reason
from jiebang.gateway.domain.wording import Wording
from jiebang.gateway.journal.records import NewAction
from jiebang.gateway.views.projection import Projector
from jiebang.sdk import ActionKind

MAX_ACCOUNTS = 100

#: By connector, platform and handle: the argument naming the account, and the opened id.
Selection = dict[tuple[str, str, str], tuple[str, OpenedAccountId]]


class Selections:
    def __init__(self, catalogue: Catalogue, sealer: AccountIdSealer, projector: Projector) -> None:
        self._catalogue = catalogue
        self._sealer = sealer
        self._projector = projector

    def open(self, request: LookupRequest, account_ids: Sequence[str]) -> Selection:
        """Open each account once, with the argument that named it. Raises `InvalidArgument` for a
        selection that is empty, too large or not the caller's."""
        if not account_ids:
            raise InvalidArgument(
                Reason.SELECTION_EMPTY,
                Wording("No accounts were selected."),
                field="accountIds",
                hint=Wording("Send the ids of accounts from registeredAccounts."),
            )
        if len(account_ids) > MAX_ACCOUNTS:
            raise InvalidArgument(
                Reason.SELECTION_TOO_LARGE,
                Wording("At most {most} accounts can be selected at once.", most=MAX_ACCOUNTS),
                field="accountIds",
                hint=Wording("Split the selection."),
            )
        opened: Selection = {}
        for index, text in enumerate(account_ids):
            opened_id = self._sealer.open(text, request.scope)
            name = (opened_id.connector, opened_id.account.platform, opened_id.account.handle)
            opened.setdefault(name, (f"accountIds[{index}]", opened_id))
        return opened

    def new_action(
        self, request: LookupRequest, kind: ActionKind, field: str, opened_id: OpenedAccountId
    ) -> NewAction:
        """Return the order for an account if it is eligible now. Raises `InvalidArgument`."""
        opened_id.require_fresh(field)
        entry = self._catalogue.enabled_connector(opened_id.connector)
        if entry is None:
            raise InvalidArgument(
                Reason.ACTION_NOT_OFFERED,
                Wording("The platform's connector has been disabled in the meantime."),
                field=field,
                hint=Wording("Look the number up again."),
            )
        why = self._projector.refusal(request, entry, opened_id.account, kind)
        if why is not None:
            raise InvalidArgument(
                Reason.ACCOUNT_NOT_ELIGIBLE,
                Wording("This action is not allowed for this account: {reason}.", reason=why.value),
                field=field,
                hint=Wording(
                    "Nothing was done. Select accounts whose `offers` contain the action."
                ),
            )
        return NewAction(connector=opened_id.connector, kind=kind, account=opened_id.account)
