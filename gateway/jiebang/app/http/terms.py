"""The closed lists of the GraphQL schema in plain words, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

#: Chinese, English.
Pair = tuple[str, str]

CATEGORIES: Mapping[str, Pair] = {
    "CLOUD_STORAGE": ("网盘", "net disk"),
    "COMMUNITY": ("社区", "community"),
    "DATING": ("婚恋", "dating"),
    "DEVELOPER": ("开发者", "developer"),
    "EDUCATION": ("教育", "education"),
    "EMAIL": ("邮箱", "e-mail"),
    "FINANCE": ("金融", "finance"),
    "GAMES": ("游戏", "games"),
    "GOVERNMENT": ("政务", "government"),
    "HEALTH": ("医疗健康", "health"),
    "HOUSING": ("房产", "housing"),
    "LENDING": ("借贷", "lending"),
    "MEDIA": ("影音阅读", "media"),
    "MEMBERSHIP": ("会员", "membership"),
    "RECRUITING": ("招聘", "recruiting"),
    "SHOPPING": ("购物", "shopping"),
    "SOCIAL": ("社交", "social"),
    "TOOLS": ("工具", "tools"),
    "TRANSPORT": ("出行", "transport"),
    "TRAVEL": ("旅行", "travel"),
    "UTILITIES": ("生活缴费", "utilities"),
}

OUTCOMES: Mapping[str, Pair] = {
    "BOUND": ("有账号", "accounts"),
    "NOT_BOUND": ("没有账号", "no account"),
    "PENDING": ("稍后回答", "answers later"),
    "UNKNOWN": ("没能查到", "could not find out"),
    "NEEDS_ACTION": ("需要本人操作", "a person has to act"),
    "GUIDANCE": ("没有接口，只有步骤", "no interface, only steps"),
}

UNKNOWN_REASONS: Mapping[str, Pair] = {
    "RATE_LIMITED": ("平台说太频繁了", "asked too often for now"),
    "TIMEOUT": ("没有及时回答", "no answer in time"),
    "UPSTREAM_ERROR": ("平台出错", "the platform is broken"),
    "BLOCKED": ("被人机验证页拦下", "a challenge page answered instead"),
    "AUTH_FAILED": ("平台不认我们的凭证", "the platform refused our credential"),
    "OUT_OF_RANGE": ("这个平台答不了这个问题", "this platform cannot be asked this"),
    "DISABLED": ("连接器没有配置好", "the connector is not set up"),
}

DENY_REASONS: Mapping[str, Pair] = {
    "SUSPECTED_FRAUD": ("平台怀疑有欺诈", "the platform suspects fraud"),
    "INSUF_VERIFICATION": ("平台认为证明不够", "the proof was not enough for the platform"),
    "NO_MATCH": ("没有这个账号", "no such account"),
    "CLAIM_NOT_COVERED": ("以这种身份不能提出", "not for this kind of request"),
    "OUTSIDE_JURISDICTION": ("平台不服务这个地区", "the platform does not serve this place"),
    "TOO_MANY_REQUESTS": ("请求太频繁", "asked too often"),
    "OTHER": ("平台给了别的理由", "the platform gave another reason"),
    "BINDING_AFTER_ACTIVATION": ("入网后绑定，是您自己的", "bound after activation: your own"),
    "BINDING_DATE_UNKNOWN": ("平台不说何时绑定", "nobody knows when it was bound"),
    "RECYCLING_NOT_CONFIRMED": (
        "离入网日太近，分不清是谁的",
        "too near the day of activation to tell whose it is",
    ),
    "QUARANTINE_NOT_OVER": ("冷冻期未过", "the quarantine is not over"),
    "SOLE_LOGIN_IDENTIFIER": (
        "号码是它唯一的登录方式",
        "the number is the account's only way in",
    ),
    "ACCOUNT_BANNED": ("账号被封禁", "the account is banned"),
    "FUNDS_OR_DEBT_OUTSTANDING": ("有余额或欠款", "there is money in it, or owed"),
    "LEGAL_HOLD": ("依法保全", "the law keeps it as it is"),
    "PREVIOUS_HOLDER_OBJECTED": ("前任机主反对", "the previous holder objected"),
    "PLATFORM_NOT_COVERED": ("平台没有这个接口", "the platform has no interface for it"),
    "DUPLICATE": ("已经提出过", "asked before"),
}

STATUSES: Mapping[str, Pair] = {
    "OPEN": ("已受理", "accepted"),
    "IN_PROGRESS": ("进行中", "under way"),
    "FULFILLED": ("完成", "done"),
    "PARTIALLY_FULFILLED": ("部分完成", "partly done"),
    "DENIED": ("平台拒绝", "refused by the platform"),
    "REVOKED": ("已撤回", "withdrawn"),
    "EXPIRED": ("超时未答", "nobody answered in time"),
    "FAILED": ("没有成功", "did not succeed"),
}

PROGRESS: Mapping[str, Pair] = {
    "NEED_USER_VERIFICATION": ("等本人操作", "waits for a person"),
    "AWAITING_PLATFORM": ("平台处理中", "the platform works on it"),
    "AWAITING_VERIFICATION": ("平台说已完成，待核实", "called done, to be verified"),
    "MANUAL_TASK": ("留待人工处理", "left to a person"),
    "SCHEDULED_RETRY": ("稍后再试", "tried again soon"),
}

VERIFICATIONS: Mapping[str, Pair] = {
    "PENDING": ("尚未核实", "not verified yet"),
    "VERIFIED": ("再次查询证实", "verified by a later lookup"),
    "CANNOT_TELL": ("网关无从核实", "the gateway cannot tell"),
    "ATTESTED": ("平台的说法", "the platform's word"),
    "STILL_BOUND": ("平台说完成，账号仍在", "called done, and still there"),
}
