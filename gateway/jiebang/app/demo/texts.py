"""The demonstration's texts, in Chinese and English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jiebang.app.http.terms import Pair


class Language(StrEnum):
    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The language tag for Accept-Language."""
        return "zh-CN" if self is Language.ZH else "en"


PHRASES: Mapping[str, Pair] = {
    "starting": (
        "正在启动模拟平台、数据库、工作进程和网关……",
        "Starting the simulated platforms, the database, a worker and the gateway ...",
    ),
    "notice": (
        "这是演示：平台是模拟的，人和号码都是虚构的。请勿输入真实号码。",
        "This is a demonstration with simulated platforms and invented people. Do not enter real "
        "numbers.",
    ),
    "graphql": ("GraphQL 接口", "GraphQL"),
    "page": ("网页（浏览器里打开）", "The page (open in a browser)"),
    "inbox": ("模拟手机（验证码在这里）", "The simulated phone (codes arrive here)"),
    "message": ("短信 {number}：{text}", "Message for {number}: {text}"),
    "explorer": ("GraphQL 调试页", "GraphQL explorer (open in a browser)"),
    "sandbox": ("模拟平台", "Simulated platforms"),
    "logs": ("日志", "Logs"),
    "stories": ("演示号码", "Demonstration numbers"),
    "number": ("号码", "number"),
    "basis": ("身份", "basis"),
    "tells": ("说明什么", "what it shows"),
    "tokens": ("令牌（24 小时内有效）", "Tokens (valid for 24 hours)"),
    "service": (
        "运营商的焕新服务，可查询任何号码",
        "a carrier's renewal service, for any number",
    ),
    "paste": ("把这一行粘贴到终端试试", "Paste this line into a terminal"),
    "stop": ("按 Ctrl-C 结束", "Press Ctrl-C to stop everything"),
    "stopped": ("已全部结束。", "Everything has stopped."),
    "step_lookup": (
        "一、{number} 还绑着哪些账号？",
        "1. Which accounts are registered with {number}?",
    ),
    "step_eligible": (
        "二、能解绑的与不能解绑的",
        "2. What can be unbound, and why the rest cannot",
    ),
    "step_act": ("三、解绑，并跟踪到结束", "3. Unbinding, followed until it is done"),
    "step_after": ("四、再查一次", "4. The second lookup"),
    "step_proof": ("五、证明", "5. The proof"),
    "step_left": ("六、需要您自己办理的", "6. What is left for you to do"),
    "platform": ("平台", "platform"),
    "answer": ("回答", "answer"),
    "accounts": ("账号", "accounts"),
    "eligible": ("能解绑吗", "can it be unbound?"),
    "can": ("可以解绑", "yes"),
    "cannot": ("不能：{why}", "no: {why}"),
    "own": ("您自己的", "your own"),
    "stranger": ("前任机主的", "the previous holder's"),
    "unclear": ("分不清是谁的", "cannot be determined"),
    "folded": ("{category}类平台（只告诉您数目）", "{category} platforms (only counted for you)"),
    "counted": ("敏感类平台，只告诉您数目", "a sensitive platform, only counted for you"),
    "signup_before": (
        "本人想在{platform}注册新账号，平台说：{said}",
        "The new holder tries to sign up at {platform}, which says: {said}",
    ),
    "signup_after": (
        "现在再到{platform}注册，平台说：{said}",
        "Now the new holder signs up at {platform}, which says: {said}",
    ),
    "summary": (
        "查询了 {asked} 个平台：{bound} 个有账号，{not_bound} 个没有，{pending} 个稍后回答，"
        "{unknown} 个没能查到，{guidance} 个只有步骤。",
        "{asked} platforms queried: {bound} have accounts, {not_bound} have none, {pending} "
        "answer later, {unknown} are unknown, {guidance} have only manual steps.",
    ),
    "started": (
        "已提交焕新；另请 {count} 家催收方停止联系。",
        "The renewal has started; {count} debt collector(s) were asked to stop contact.",
    ),
    "resumed": ("（连接断开，已从断点继续）", "(the stream was interrupted; resuming)"),
    "settled": (
        "能办的都办完了，用时 {seconds:.0f} 秒。",
        "Everything that can settle has settled, after {seconds:.0f} seconds.",
    ),
    "before": ("之前", "before"),
    "action": ("办理结果", "result"),
    "after": ("之后", "after"),
    "holds": ("证明", "proof"),
    "gone": ("✓ 没有了", "✓ gone"),
    "kept": ("✓ 还在", "✓ still there"),
    "refused": ("— 保留，已说明原因", "— left, with a reason"),
    "broken": ("✗ 不成立", "✗ invalid"),
    "left_guide": ("没有接口，请按以下步骤办理：", "no interface; manual steps:"),
    "left_retry": (
        "还没有回答（{why}）；网关会继续查询，下次在 {when}",
        "not answered yet ({why}); the gateway will query it again at {when}",
    ),
    "left_failed": ("没能查到：{why}", "could not be queried: {why}"),
    "left_account": ("{whose}账号 {count} 个不能解绑：{why}", "{count} account(s), {whose}: {why}"),
    "left_action": ("{kind}：{status}", "{kind}: {status}"),
    "left_nothing": ("没有了。", "Nothing."),
    "failure_still": (
        "{platform}：第二次查询仍看到 {count} 个本应解绑的账号。",
        "{platform}: the second lookup still shows {count} account(s) that should be gone.",
    ),
    "failure_unseen": (
        "{platform}：第二次查询没有得到回答，无法证明。",
        "{platform}: there was no answer in the second lookup, so nothing is proven.",
    ),
    "failure_unsettled": (
        "{platform}：{kind}没有完成（{status}）。",
        "{platform}: {kind} was not completed ({status}).",
    ),
    "failure_own": (
        "{platform}：您自己的账号少了。",
        "{platform}: one of your own accounts is missing.",
    ),
    "failure_touched": (
        "{platform}：有不该动的账号不见了。",
        "{platform}: an account that should have stayed is missing.",
    ),
    "failure_signup": (
        "{platform}：仍不能用这个号码注册。",
        "{platform}: signing up with the number still fails.",
    ),
    "failure_nothing": ("没有一个账号被解绑。", "No account was unbound."),
    "proven": (
        "证明成立：{count} 个账号已解绑，再次查询时均已不在；您自己的账号都还在。"
        "用时 {seconds:.0f} 秒。",
        "The proof is valid: {count} accounts were unbound, none appear in the second lookup, and "
        "all of your own are still there. It took {seconds:.0f} seconds.",
    ),
    "not_proven": ("证明不成立：", "The proof is invalid:"),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """Phrases and words in one language."""

    language: Language

    def __call__(self, phrase: str, **values: object) -> str:
        return self._pick(PHRASES[phrase]).format(**values)

    def word(self, words: Mapping[str, Pair], name: str) -> str:
        """Return the word for an enum value; the value itself if a newer gateway added it."""
        return self._pick(words.get(name, (name, name)))

    def _pick(self, pair: Pair) -> str:
        return pair[0] if self.language is Language.ZH else pair[1]


def preferred_language() -> Language:
    """Return the language of LC_ALL, LC_MESSAGES or LANG, whichever is set first."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((value for value in named if value), "")
    return Language.ZH if chosen.lower().startswith("zh") else Language.EN
