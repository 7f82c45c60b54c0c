// @ts-check
// The words of the page's frame in Chinese and in English, and the choice between the two. Each view
// adds its own words to these.

const KEY = "jiebang.language";

/** @type {Record<"zh-CN" | "en", Record<string, string>>} */
const WORDS = {
  "zh-CN": {
    "page.name": "解绑",
    "page.skip": "跳到正文",
    "page.home": "我的号码",
    "page.other": "English",
    "page.nav": "主导航",
    "page.missing": "没有这一页。",
    "page.offline": "现在没有网络。已经提交的事仍在继续，连上后会接着显示。",
    "home.now": "现在的身份：{number}",
    "home.leave": "退出",
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
    "page.home": "My number",
    "page.other": "中文",
    "page.nav": "Main",
    "page.missing": "There is no such page.",
    "page.offline":
      "You are offline. What was ordered goes on; the page follows once you are back.",
    "home.now": "You are {number} now",
    "home.leave": "Leave",
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
    const choice = localStorage.getItem(KEY);
    if (choice === "en" || choice === "zh-CN") return choice;
    return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  },

  toggle() {
    localStorage.setItem(KEY, this.language === "en" ? "zh-CN" : "en");
  },

  /**
   * The text for a key, or the key itself if there is none.
   * @param {string} key @param {Record<string, string | number>} [values] Replace `{name}` in the text.
   */
  t(key, values = {}) {
    const text = WORDS[this.language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  },
};
