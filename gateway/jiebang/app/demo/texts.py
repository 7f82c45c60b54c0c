"""What the demonstration says on screen, in Chinese or English."""

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
        """As in Accept-Language."""
        return "zh-CN" if self is Language.ZH else "en"


PHRASES: Mapping[str, Pair] = {
    "starting": (
        "正在启动模拟平台、数据库、工作进程和网关……",
        "Starting the pretend platforms, the database, a worker and the gateway ...",
    ),
    "pretend": (
        "这是演示：平台是模拟的，人和号码都是虚构的。请勿输入真实号码。",
        "This is a demonstration: pretend platforms, invented people. Never give it a real number.",
    ),
    "graphql": ("GraphQL 接口", "GraphQL"),
    "page": ("网页（浏览器里打开）", "The page (open in a browser)"),
    "inbox": ("模拟手机（验证码在这里）", "The pretend phone (codes arrive here)"),
    "message": ("短信 {number}：{text}", "Message for {number}: {text}"),
    "explorer": ("GraphQL 调试页", "GraphQL explorer (open in a browser)"),
    "sandbox": ("模拟平台", "Pretend platforms"),
    "logs": ("日志", "Logs"),
    "stories": ("演示号码", "Demonstration numbers"),
    "number": ("号码", "number"),
    "basis": ("身份", "basis"),
    "tells": ("说明什么", "what it tells"),
    "tokens": ("令牌（24 小时内有效）", "Tokens (good for 24 hours)"),
    "service": (
        "运营商的焕新服务，可为任何号码提问",
        "a carrier's renewal service, for any number",
    ),
    "paste": ("把这一行粘贴到终端试试", "Paste this line into a terminal"),
    "stop": ("按 Ctrl-C 结束", "Ctrl-C ends everything"),
    "stopped": ("已全部结束。", "Everything has ended."),
    "step_lookup": (
        "一、{number} 还绑着哪些账号？",
        "1. Which accounts are registered with {number}?",
    ),
    "step_eligible": (
        "二、能解绑的与不能解绑的",
        "2. What can be unbound, and why the rest cannot",
    ),
    "step_act": ("三、解绑，并跟到底", "3. Unbinding, followed to the end"),
    "step_after": ("四、再查一次", "4. The second lookup"),
    "step_proof": ("五、证明", "5. The proof"),
    "step_left": ("六、留给您自己办的", "6. What is left for you to do"),
    "platform": ("平台", "platform"),
    "answer": ("回答", "answer"),
    "accounts": ("账号", "accounts"),
    "eligible": ("能解绑吗", "can it be unbound?"),
    "can": ("可以解绑", "yes"),
    "cannot": ("不能：{why}", "no: {why}"),
    "own": ("您自己的", "your own"),
    "stranger": ("前任机主的", "the previous holder's"),
    "unclear": ("分不清是谁的", "nobody can tell whose"),
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
        "问了 {asked} 个平台：{bound} 个有账号，{not_bound} 个没有，{pending} 个稍后回答，"
        "{unknown} 个没能查到，{guidance} 个只有步骤。",
        "{asked} platforms asked: {bound} have accounts, {not_bound} have none, {pending} answer "
        "later, {unknown} could not be found out, {guidance} have only steps.",
    ),
    "started": (
        "已提交焕新；另请 {count} 家催收方停止联系。",
        "The renewal has started; {count} debt collector(s) are asked to end contact.",
    ),
    "resumed": ("（连接断了，从断处接着听）", "(the stream dropped; going on from there)"),
    "settled": (
        "能办完的都办完了，用了 {seconds:.0f} 秒。",
        "All that can settle has settled, after {seconds:.0f} seconds.",
    ),
    "before": ("之前", "before"),
    "action": ("办理结果", "what was done"),
    "after": ("之后", "after"),
    "holds": ("证明", "proof"),
    "gone": ("✓ 没有了", "✓ gone"),
    "kept": ("✓ 还在", "✓ still there"),
    "refused": ("— 如实留下", "— honestly left"),
    "attested": ("✓ 平台确认", "✓ attested"),
    "broken": ("✗ 不成立", "✗ does not hold"),
    "left_guide": ("没有接口，请按步骤办：", "no interface; what you can do by hand:"),
    "left_retry": (
        "还没有回答（{why}）；网关会继续问，下次 {when}",
        "not answered yet ({why}); the gateway keeps asking, next at {when}",
    ),
    "left_failed": ("问不到：{why}", "could not be asked: {why}"),
    "left_account": ("{whose}账号 {count} 个不能解绑：{why}", "{count} account(s), {whose}: {why}"),
    "left_action": ("{kind}：{status}", "{kind}: {status}"),
    "left_nothing": ("没有了。", "Nothing."),
    "failure_still": (
        "{platform}：第二次查询仍看到 {count} 个本应解绑的账号。",
        "{platform}: the second lookup still shows {count} account(s) that should be gone.",
    ),
    "failure_unseen": (
        "{platform}：第二次查询没有得到回答，无法证明。",
        "{platform}: the second lookup got no answer, so nothing is proven.",
    ),
    "failure_unsettled": (
        "{platform}：{kind}没有办完（{status}）。",
        "{platform}: {kind} did not come to its end ({status}).",
    ),
    "failure_own": (
        "{platform}：您自己的账号少了。",
        "{platform}: an account of your own is missing.",
    ),
    "failure_touched": (
        "{platform}：有不该动的账号不见了。",
        "{platform}: an account is gone that was not to be touched.",
    ),
    "failure_signup": (
        "{platform}：仍不能用这个号码注册。",
        "{platform}: one still cannot sign up with the number.",
    ),
    "failure_nothing": ("没有一个账号被解绑。", "Not one account was unbound."),
    "proven": (
        "证明成立：{count} 个账号已解绑，再次查询都不见了；您自己的账号都在。"
        "用时 {seconds:.0f} 秒。",
        "The proof holds: {count} accounts unbound, none of them in the second lookup, and your "
        "own are all there. It took {seconds:.0f} seconds.",
    ),
    "not_proven": ("证明不成立：", "The proof does not hold:"),
}


@dataclass(frozen=True, slots=True)
class Texts:
    """Phrases and words in one language."""

    language: Language

    def __call__(self, phrase: str, **values: object) -> str:
        return self._pick(PHRASES[phrase]).format(**values)

    def word(self, words: Mapping[str, Pair], name: str) -> str:
        """The word for an enum's value; the value itself where a newer gateway has a new one."""
        return self._pick(words.get(name, (name, name)))

    def _pick(self, pair: Pair) -> str:
        return pair[0] if self.language is Language.ZH else pair[1]


def preferred_language() -> Language:
    """By LC_ALL, LC_MESSAGES or LANG, the first that is set."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((value for value in named if value), "")
    return Language.ZH if chosen.lower().startswith("zh") else Language.EN
