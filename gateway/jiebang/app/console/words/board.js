// @ts-check
// The words of the coverage board, together with those of the catalogue and the query panel, which
// share some of them.

import { WORDS as CATALOGUE } from "./catalogue.js";
import { WORDS as QUERY } from "./query.js";
import { actionKinds, findTerm, loadTerms } from "./terms.js";

/** @type {Record<"zh-CN" | "en", Record<string, string>>} */
const OWN = {
  "zh-CN": {
    "board.title": "覆盖看板",
    "board.lead": "连接了哪些平台，它们答得怎么样，大家还缺什么。次数和时间从这个进程启动时算起。",
    "board.refresh": "刷新",
    "board.asOf": "{time} 的情况",
    "board.loading": "正在读取……",
    "board.needed": "这里需要运营者的令牌",
    "board.neededWhy":
      "次数和时间会透露别人得到了什么回答，所以只给运行本服务的人看。请用带有权限 coverage:read 的服务令牌；个人的令牌不行。",
    "board.token": "服务令牌",
    "board.tokenNote": "只留在这个浏览器标签页里，关掉就没有了。",
    "board.enter": "打开看板",
    "board.demo": "以演示的运营者身份查看",
    "board.leave": "收起令牌",
    "board.refused": "这个令牌不行：{message}",
    "board.failed": "没能读取：{message}",
    "board.platforms": "平台",
    "board.connected": "有接口",
    "board.byHand": "只有手工步骤",
    "board.success": "查询得到明确回答",
    "board.ofAsked": "共 {n} 次",
    "board.none": "还没有查询",
    "board.problems": "加载不了的",
    "board.noProblems": "全部都加载好了。",
    "board.problemSource": "来自",
    "board.problemMessage": "问题",
    "board.table": "每个平台",
    "board.filter": "筛选平台",
    "board.filterNote": "名称、编号、类别或连接器",
    "board.onlyConnected": "只看有接口的",
    "board.shown": "显示 {n} 个，共 {all} 个",
    "board.nothing": "没有符合的平台。",
    "board.platform": "平台",
    "board.category": "类别",
    "board.connector": "连接器",
    "board.level": "等级",
    "board.connectorTile": "连接器",
    "board.speaker": "由谁回答",
    "board.unbinding": "解绑",
    "board.asked": "查询",
    "board.answeredRate": "明确回答",
    "board.unknownRate": "没能查到",
    "board.p50": "中位耗时",
    "board.p95": "P95 耗时",
    "board.absent": "已不在连接器的名单上",
    "board.answersChart": "明确回答的比例",
    "board.answersNote": "粗条：得到明确回答；细条：没能查到。最常查不到的 {n} 个平台。",
    "board.timeChart": "P95 耗时",
    "board.timeNote":
      "100 次查询里有 95 次在这段时间内结束，超过期限的也算。最慢的 {n} 个平台；由直方图估算。",
    "board.demandChart": "大家要、但还没有接口的",
    "board.demandNote": "最近 30 天里有人点名查询、或开始按步骤自己做的次数。",
    "board.noDemand": "最近 30 天没有人点名要没有接口的平台。",
    "board.noLookups": "这个进程启动以来还没有人查询。查一次，再回来看。",
    "board.asTable": "以表格显示",
    "board.answered": "明确回答",
    "board.unknown": "没能查到",
    "board.times": "次数",
    "board.connectors": "连接器（{n}）",
    "board.version": "版本",
    "board.state": "状态",
    "board.source": "来自",
    "board.can": "能做",
    "board.ms": "{n} 毫秒",
    "board.seconds": "{n} 秒",

    "level.GOLD": "金",
    "level.SILVER": "银",
    "level.BRONZE": "铜",
    "level.LISTED": "已登记",
    "level.null": "未评定",
    "precedence.OWN": "平台自己的接口",
    "precedence.AGGREGATOR": "汇总服务",
    "precedence.GUIDE": "手工步骤",
    "delivery.SYNC": "当场完成",
    "delivery.POLL": "受理后查询",
    "delivery.CALLBACK": "受理后通知",
    "delivery.MANUAL": "人工处理",
    "delivery.null": "不能",
    "capability.LOOKUP": "查询",
    "capability.LOOKUP_BATCH": "批量查询",
    "capability.UNBIND_BATCH": "批量解绑",
    "capability.STATUS": "查进度",
    "capability.WITHDRAW": "撤回",
    "capability.CALLBACK": "主动通知",
    "capability.GUIDANCE": "手工步骤",
    "capability.CATALOGUE": "自带平台名单",
    "state.ENABLED": "启用",
    "state.DISABLED": "停用",
    "state.NOT_CONFIGURED": "还没配置",
    "state.MISCONFIGURED": "配置有误",
  },
  en: {
    "board.title": "Coverage board",
    "board.lead":
      "What is connected, how well it answers, and what people miss. Counts and times are those of this process since it began.",
    "board.refresh": "Refresh",
    "board.asOf": "as of {time}",
    "board.loading": "Reading …",
    "board.needed": "This needs an operator’s token",
    "board.neededWhy":
      "Counts and times tell what others were answered, so they are for those who run the service. Use a service’s token with the scope coverage:read; a person’s token will not do.",
    "board.token": "Service token",
    "board.tokenNote": "It stays in this browser tab and is gone when you close it.",
    "board.enter": "Open the board",
    "board.demo": "Look as the demo’s operator",
    "board.leave": "Put the token away",
    "board.refused": "This token will not do: {message}",
    "board.failed": "It could not be read: {message}",
    "board.platforms": "Platforms",
    "board.connected": "With an interface",
    "board.byHand": "By hand only",
    "board.success": "Lookups with a clear answer",
    "board.ofAsked": "of {n}",
    "board.none": "no lookups yet",
    "board.problems": "What did not load",
    "board.noProblems": "Everything has loaded.",
    "board.problemSource": "From",
    "board.problemMessage": "Problem",
    "board.table": "Platform by platform",
    "board.filter": "Filter platforms",
    "board.filterNote": "Name, id, category or connector",
    "board.onlyConnected": "Only those with an interface",
    "board.shown": "{n} of {all} shown",
    "board.nothing": "No platform fits.",
    "board.platform": "Platform",
    "board.category": "Category",
    "board.connector": "Connector",
    "board.level": "Level",
    "board.connectorTile": "Connectors",
    "board.speaker": "Who answers",
    "board.unbinding": "Unbinding",
    "board.asked": "Asked",
    "board.answeredRate": "Answered",
    "board.unknownRate": "Unknown",
    "board.p50": "Median",
    "board.p95": "p95",
    "board.absent": "no longer on its connector’s list",
    "board.answersChart": "How many lookups were answered",
    "board.answersNote":
      "Thick: a clear answer. Thin: could not be found out. The {n} platforms that answer least.",
    "board.timeChart": "Time to answer, p95",
    "board.timeNote":
      "95 of 100 lookups ended within this time; those that the deadline ended count. The {n} slowest platforms; estimated from a histogram.",
    "board.demandChart": "Wanted, but without an interface",
    "board.demandNote":
      "How often, in the last 30 days, somebody named the platform or began with its steps.",
    "board.noDemand": "Nobody has asked for a platform without an interface in the last 30 days.",
    "board.noLookups":
      "Nobody has looked anything up since this process began. Look a number up, then come back.",
    "board.asTable": "Show as a table",
    "board.answered": "Answered",
    "board.unknown": "Unknown",
    "board.times": "Times",
    "board.connectors": "Connectors ({n})",
    "board.version": "Version",
    "board.state": "State",
    "board.source": "From",
    "board.can": "Can",
    "board.ms": "{n} ms",
    "board.seconds": "{n} s",

    "level.GOLD": "Gold",
    "level.SILVER": "Silver",
    "level.BRONZE": "Bronze",
    "level.LISTED": "Listed",
    "level.null": "Not examined",
    "precedence.OWN": "Its own interface",
    "precedence.AGGREGATOR": "An aggregator",
    "precedence.GUIDE": "Steps by hand",
    "delivery.SYNC": "At once",
    "delivery.POLL": "Later, by asking",
    "delivery.CALLBACK": "Later, it reports",
    "delivery.MANUAL": "By people there",
    "delivery.null": "No",
    "capability.LOOKUP": "Look up",
    "capability.LOOKUP_BATCH": "Look up many",
    "capability.UNBIND_BATCH": "Unbind many",
    "capability.STATUS": "Tell how far it is",
    "capability.WITHDRAW": "Withdraw",
    "capability.CALLBACK": "Report back",
    "capability.GUIDANCE": "Steps by hand",
    "capability.CATALOGUE": "List its platforms",
    "state.ENABLED": "On",
    "state.DISABLED": "Switched off",
    "state.NOT_CONFIGURED": "Not set up",
    "state.MISCONFIGURED": "Set up wrongly",
  },
};

/** @type {Record<"zh-CN" | "en", Record<string, string>>} */
export const WORDS = {
  "zh-CN": { ...OWN["zh-CN"], ...CATALOGUE["zh-CN"], ...QUERY["zh-CN"] },
  en: { ...OWN.en, ...CATALOGUE.en, ...QUERY.en },
};

/**
 * @typedef {{ t: (key: string, values?: Record<string, string | number>) => string, language: string }} FrameWords
 */

/**
 * These words on top of the frame's.
 * @param {FrameWords} words @param {import("./terms.js").Terms} [terms] Those of the gateway.
 */
export function boardWords(words, terms = {}) {
  const own = WORDS[words.language === "en" ? "en" : "zh-CN"];
  return {
    language: words.language,
    kinds: actionKinds(terms),
    /** @param {string} key @param {Record<string, string | number>} [values] */
    t(key, values = {}) {
      const text = own[key] ?? findTerm(terms, key, words.language);
      if (text === undefined) return words.t(key, values);
      return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
    },
  };
}

/**
 * The same with the gateway's words; without them if it cannot be reached, which the view itself
 * then says.
 * @param {FrameWords} words
 */
export async function loadBoardWords(words) {
  return boardWords(words, await loadTerms().catch(() => ({})));
}
