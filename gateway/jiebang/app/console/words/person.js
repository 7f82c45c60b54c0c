// @ts-check
// The words of a person's views. Names for enum values come from the gateway, so that the page and
// the demo's report use the same ones.

import { WORDS as ACCOUNTS } from "./accounts.js";
import { WORDS as RENEWAL } from "./renewal.js";
import { actionKinds, findTerm, loadTerms } from "./terms.js";

/** @type {Record<"zh-CN" | "en", Record<string, string>>} */
const OWN = {
  "zh-CN": {
    loading: "正在读取……",
    again: "再试一次",
    comma: "、",
    semicolon: "；",
    colon: "：",
    and: "、",
    "expired.title": "证明已过期",
    "expired.text":
      "为了保护号码，证明只在短时间内有效。已经提交的事不受影响。请再证明一次，就会回到刚才的页面。",
    "expired.again": "再次证明",
    "unreachable.title": "连不上服务",
    "unreachable.text": "没有收到回答，什么都没有被改动。请检查网络后再试。",
    "unreachable.order":
      "没有收到回答，不知道是否已经提交。请检查网络后再点一次：同一件事只会办理一次。",
    "broken.title": "出了点问题",
    "broken.text": "这个页面没能显示出来。请再试一次。",
    "prove.title": "这个号码上，绑着谁的账号？",
    "prove.lead":
      "号码注销后会再次放号，前任机主的账号却可能还绑在上面。先证明号码在您手里，再看一眼，选好要解绑的。",
    "prove.number": "手机号码",
    "prove.numberNote": "例如 138 0000 1234。只用来发送验证码。",
    "prove.send": "发送验证码",
    "prove.code": "六位验证码",
    "prove.sent": "验证码已发往 {number}，{time} 前有效。",
    "prove.confirm": "确认",
    "prove.resend": "重新发送",
    "prove.resendIn": "{seconds} 秒后可以重新发送",
    "prove.other": "换一个号码",
    "prove.left": "还可以再试 {n} 次。",
    "prove.until": "{time} 之后可以再试。",
    "prove.inbox": "演示：打开模拟手机的收件箱",
    "prove.demo": "或者，以演示中的人物查看",
    "prove.demoNote": "他们都是虚构的，平台也是模拟的。每个人的号码处在不同的处境。",
    "prove.pick": "以此人查看",
  },
  en: {
    loading: "Loading…",
    again: "Try again",
    comma: ", ",
    semicolon: "; ",
    colon: ": ",
    and: " and ",
    "expired.title": "Your proof has run out",
    "expired.text":
      "To protect the number, a proof is good for a short time only. What was ordered goes on. Prove it once more and you are back where you were.",
    "expired.again": "Prove it again",
    "unreachable.title": "The service cannot be reached",
    "unreachable.text":
      "No answer came and nothing was changed. Check the connection, then try again.",
    "unreachable.order":
      "No answer came, so nobody knows whether it was taken. Check the connection, then press it again: the same order is taken once only.",
    "broken.title": "Something went wrong",
    "broken.text": "This page could not be shown. Please try again.",
    "prove.title": "Whose accounts are tied to this number?",
    "prove.lead":
      "A number that is given up is sold again, and the last holder's accounts may still be tied to it. Prove that you hold the number, look, and choose what to unbind.",
    "prove.number": "Mobile number",
    "prove.numberNote": "138 0000 1234, say. It is only used to send a code.",
    "prove.send": "Send a code",
    "prove.code": "Code of six digits",
    "prove.sent": "A code is on its way to {number}; it is good until {time}.",
    "prove.confirm": "Confirm",
    "prove.resend": "Send it again",
    "prove.resendIn": "It can be sent again in {seconds} s",
    "prove.other": "Another number",
    "prove.left": "{n} more tries.",
    "prove.until": "Try again after {time}.",
    "prove.inbox": "Demonstration: open the simulated phone's inbox",
    "prove.demo": "Or look as somebody of the demonstration",
    "prove.demoNote":
      "All of them are invented, and so are the platforms. Each number is in another situation.",
    "prove.pick": "Look as this person",
  },
};

/** @type {Record<"zh-CN" | "en", Record<string, string>>} */
export const WORDS = {
  "zh-CN": { ...OWN["zh-CN"], ...ACCOUNTS["zh-CN"], ...RENEWAL["zh-CN"] },
  en: { ...OWN.en, ...ACCOUNTS.en, ...RENEWAL.en },
};

/**
 * Loads the words in the current language. A key such as `deny.OTHER` names a value of an enum.
 * @param {any} words The words of the frame.
 */
export async function loadPersonWords(words) {
  const lists = await loadTerms();
  const language = words.language;
  /**
   * @param {string} key
   * @param {Record<string, string | number>} [values] Replace `{name}` in the text.
   */
  const t = (key, values = {}) => {
    const text =
      WORDS[/** @type {"en"} */ (language)][key] ??
      findTerm(lists, key, language) ??
      words.t(key);
    return text.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) =>
      String(values[name] ?? whole),
    );
  };
  // Always China's time, because the gateway's calendar days are days there.
  const zone = { timeZone: "Asia/Shanghai" };
  /** @type {Record<string, Intl.DateTimeFormatOptions>} */
  const formats = {
    time: { ...zone, month: "short", day: "numeric", hour: "numeric", minute: "2-digit" },
    clock: {
      ...zone,
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
      second: "2-digit",
    },
    day: { ...zone, dateStyle: "medium" },
    moment: { ...zone, dateStyle: "medium", timeStyle: "short" },
  };
  /** @param {string} format */
  const formatter = (format) => (/** @type {string | null | undefined} */ time) =>
    time ? new Intl.DateTimeFormat(language, formats[format]).format(new Date(time)) : "";
  return {
    t,
    language,
    kinds: actionKinds(lists),
    time: formatter("time"),
    clock: formatter("clock"),
    day: formatter("day"),
    moment: formatter("moment"),
  };
}
