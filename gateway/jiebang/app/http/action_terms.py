"""The kinds of action in plain words, Chinese and English, for the page and the demo's report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiebang.app.http.terms import Pair
from jiebang.sdk import ActionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTerms:
    """Everything that is said of one kind; in `lead`, {platforms} and {n} are counts."""

    #: In the middle of a sentence.
    name: Pair
    #: In the list of what a connector can do.
    capability: Pair
    #: What a renewal began with.
    operation: Pair
    #: What it is and what it brings, where it is offered; None: the page has a place for it.
    offer: tuple[Pair, Pair] | None = None
    #: The dialog before an order: what is asked, what will and what will not happen, the button.
    lead: Pair
    will: tuple[Pair, Pair]
    wont: tuple[Pair, Pair]
    go: Pair


ACTIONS: Mapping[ActionKind, ActionTerms] = {
    ActionKind.UNBIND: ActionTerms(
        name=("解绑", "unbind"),
        capability=("解绑", "Unbind"),
        operation=("解绑选中的账号", "Unbind chosen accounts"),
        lead=(
            "将请 {platforms} 个平台解绑 {n} 个账号。",
            "Platforms that are asked: {platforms}. Accounts to unbind: {n}.",
        ),
        will=(
            (
                "平台把这个号码从账号上取下；之后我们再查一次，查不到才算“已核实”。",
                "The platform takes the number off the account. We look again afterwards; only "
                "what is gone then counts as verified.",
            ),
            (
                "原来的账号主人以后不能再用这个号码登录。",
                "Whoever owns the account can no longer sign in with this number.",
            ),
        ),
        wont=(
            (
                "账号不会被注销，里面的东西不会被删除，也不会转给您。",
                "No account is closed, nothing in it is deleted, nothing in it becomes yours.",
            ),
            (
                "没有选中的账号、您自己的账号，都不会动。",
                "Accounts that are not chosen stay as they are, and so do your own.",
            ),
        ),
        go=("确认解绑", "Unbind"),
    ),
    ActionKind.CEASE_CONTACT: ActionTerms(
        name=("停止联系", "end contact"),
        capability=("停止联系", "Stop contact"),
        operation=("停止联系", "End contact"),
        offer=(
            ("不再联系这个号码", "No more contact to this number"),
            (
                "找前任机主的电话和短信（包括催收）不再打到您这里。账号本身不变。",
                "Calls and messages meant for the previous holder, debt collectors among them, no "
                "longer reach you. The account stays as it is.",
            ),
        ),
        lead=(
            "将请 {platforms} 个平台不再就 {n} 个账号联系这个号码。",
            "Platforms that are asked: {platforms}. Accounts about which contact is to end: {n}.",
        ),
        will=(
            (
                "平台停止向这个号码打电话、发短信找账号的主人。",
                "The platform stops calling and texting this number in search of the account's "
                "owner.",
            ),
            (
                "平台知道号码已经换了人；是谁，它不会知道。",
                "It learns that the number has changed hands, and not whose it is now.",
            ),
        ),
        wont=(
            (
                "账号、里面的钱和欠款都不变，债务不会转到您名下。",
                "The account stays, with its money or debt. No debt becomes yours.",
            ),
            (
                "号码不会因此解绑；可以解绑的，请另外办理。",
                "The number is not unbound by this; order that beside it where it can be.",
            ),
        ),
        go=("请平台停止联系", "Ask to end contact"),
    ),
    ActionKind.LOCK_ACCOUNT: ActionTerms(
        name=("锁定账号", "lock the account"),
        capability=("锁定账号", "Lock the account"),
        operation=("锁定账号", "Lock accounts"),
        offer=(
            ("锁定账号", "Lock the account"),
            (
                "现在拿着这个号码的人进不去。您用别的方式证明身份后可以恢复。",
                "Whoever has the number now is kept out. You open it again by proving who you are "
                "in another way.",
            ),
        ),
        lead=(
            "将请 {platforms} 个平台锁定 {n} 个账号。",
            "Platforms that are asked: {platforms}. Accounts to lock: {n}.",
        ),
        will=(
            (
                "凭这个号码的验证码不能再登录这些账号。",
                "A code sent to this number no longer lets anybody into the account.",
            ),
            (
                "要恢复，须用号码以外的方式向平台证明身份。",
                "To open it again, one proves to the platform who one is, in another way.",
            ),
        ),
        wont=(
            (
                "账号不会被注销，里面的东西不会被删除。",
                "No account is closed and nothing in it is deleted.",
            ),
            (
                "现在的机主不会知道您是谁，也不会知道您有哪些账号。",
                "The number's present holder learns neither who you are nor what accounts you "
                "have.",
            ),
        ),
        go=("请平台锁定", "Ask to lock"),
    ),
    ActionKind.NOTIFY_HOLDER: ActionTerms(
        name=("告知原机主", "tell the owner"),
        capability=("告知账号主人", "Tell the owner"),
        operation=("告知账号主人", "Tell the owners"),
        offer=(
            ("告诉账号的主人", "Tell the account's owner"),
            (
                "平台用这个号码以外的方式告诉账号主人，请其换绑。",
                "The platform tells the owner, by another way than this number, to bind a new one.",
            ),
        ),
        lead=(
            "将请 {platforms} 个平台告诉 {n} 个账号的主人。",
            "Platforms that are asked: {platforms}. Accounts whose owners are told: {n}.",
        ),
        will=(
            (
                "平台用邮箱、应用内消息等方式告诉账号主人：这个号码已经换了人。",
                "The platform tells the owner by e-mail, in its app or otherwise that the number "
                "has changed hands.",
            ),
            ("账号主人可以自己换上新的号码。", "The owner can then bind a new number."),
        ),
        wont=(
            (
                "账号主人不会知道您是谁，您也不会知道对方是谁。",
                "The owner does not learn who you are, nor you who the owner is.",
            ),
            (
                "号码不会因此解绑；可以解绑的，请另外办理。",
                "The number is not unbound by this; order that beside it where it can be.",
            ),
        ),
        go=("请平台告知", "Ask to tell the owner"),
    ),
}

#: What each kind is called, in the order in which the page shows them.
KINDS: Mapping[str, Pair] = {kind.name: ACTIONS[kind].name for kind in ActionKind}


def page_terms() -> Mapping[str, Mapping[str, Pair]]:
    """The words as the page looks them up, by list and value: `confirm.UNBIND.lead`."""
    offer: dict[str, Pair] = {}
    confirm: dict[str, Pair] = {}
    for kind, one in ACTIONS.items():
        if one.offer is not None:
            offer[kind.name], offer[f"{kind.name}.text"] = one.offer
        confirm[f"{kind.name}.lead"], confirm[f"{kind.name}.go"] = one.lead, one.go
        for name, points in (("will", one.will), ("wont", one.wont)):
            confirm |= {f"{kind.name}.{name}{n}": text for n, text in enumerate(points, 1)}
    return {
        "kind": KINDS,
        "capability": {kind.capability.name: one.capability for kind, one in ACTIONS.items()},
        "operation": {f"ORDER_{kind.name}": one.operation for kind, one in ACTIONS.items()},
        "offer": offer,
        "confirm": confirm,
    }
