// @ts-check
// What the frame of the page says, in Chinese and in English, and which of the two is on screen.

const PLACE = "jiebang.language";

/** @type {Record<"zh-CN" | "en", Record<string, string>>} */
const WORDS = {
  "zh-CN": {
    "page.name": "解绑",
    "page.skip": "跳到正文",
    "page.home": "首页",
    "page.other": "English",
    "page.nav": "主导航",
    "page.missing": "没有这一页。",
    "page.broken": "这一页没能打开。请重新载入。",
    "home.title": "这个号码绑了哪些账号？",
    "home.lead": "解绑是一个开放的网关：一次查询所有平台，把不该绑在这个号码上的账号解开。",
    "home.people": "以演示人物的身份进入",
    "home.peopleNote": "虚构的人，模拟的平台。",
    "home.now": "现在的身份：{number}",
    "home.leave": "退出",
    "home.where": "可以去哪里",
    "home.catalogue": "每个平台能做什么，没有接口的怎么自己做。",
    "home.board": "给运营者：连接了什么，答得怎么样，缺什么。",
    "home.query": "给开发者：现成的文档、模式，随手一试。",
    "category.CLOUD_STORAGE": "网盘",
    "category.COMMUNITY": "社区",
    "category.DATING": "婚恋",
    "category.DEVELOPER": "开发者",
    "category.EDUCATION": "教育",
    "category.EMAIL": "邮箱",
    "category.FINANCE": "金融",
    "category.GAMES": "游戏",
    "category.GOVERNMENT": "政务",
    "category.HEALTH": "医疗健康",
    "category.HOUSING": "房产",
    "category.LENDING": "借贷",
    "category.MEDIA": "影音阅读",
    "category.MEMBERSHIP": "会员",
    "category.RECRUITING": "招聘",
    "category.SHOPPING": "购物",
    "category.SOCIAL": "社交",
    "category.TOOLS": "工具",
    "category.TRANSPORT": "出行",
    "category.TRAVEL": "旅行",
    "category.UTILITIES": "生活缴费",
  },
  en: {
    "page.name": "Jiebang",
    "page.skip": "Skip to the content",
    "page.home": "Home",
    "page.other": "中文",
    "page.nav": "Main",
    "page.missing": "There is no such page.",
    "page.broken": "This page could not be opened. Please load it again.",
    "home.title": "Which accounts hang on this number?",
    "home.lead":
      "Jiebang is an open gateway: it asks every platform at once, and unbinds the accounts that should not be on a number.",
    "home.people": "Be one of the demo’s people",
    "home.peopleNote": "Invented people, pretend platforms.",
    "home.now": "You are {number} now",
    "home.leave": "Leave",
    "home.where": "Where to go",
    "home.catalogue": "What can be done at each platform, and by hand where there is no interface.",
    "home.board": "For operators: what is connected, how well it answers, what is missing.",
    "home.query": "For developers: ready documents, the schema, a place to try.",
    "category.CLOUD_STORAGE": "Net disk",
    "category.COMMUNITY": "Community",
    "category.DATING": "Dating",
    "category.DEVELOPER": "Developer",
    "category.EDUCATION": "Education",
    "category.EMAIL": "E-mail",
    "category.FINANCE": "Finance",
    "category.GAMES": "Games",
    "category.GOVERNMENT": "Government",
    "category.HEALTH": "Health",
    "category.HOUSING": "Housing",
    "category.LENDING": "Lending",
    "category.MEDIA": "Media",
    "category.MEMBERSHIP": "Membership",
    "category.RECRUITING": "Recruiting",
    "category.SHOPPING": "Shopping",
    "category.SOCIAL": "Social",
    "category.TOOLS": "Tools",
    "category.TRANSPORT": "Transport",
    "category.TRAVEL": "Travel",
    "category.UTILITIES": "Utilities",
  },
};

export const words = {
  /** @returns {"zh-CN" | "en"} */
  get language() {
    const kept = localStorage.getItem(PLACE);
    if (kept === "en" || kept === "zh-CN") return kept;
    return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  },

  toggle() {
    localStorage.setItem(PLACE, this.language === "en" ? "zh-CN" : "en");
  },

  /** @param {string} key @param {Record<string, string | number>} [values] */
  t(key, values = {}) {
    const text = WORDS[this.language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  },
};
