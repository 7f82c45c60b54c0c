import type { Outcome, Status } from "@jiebang/client";

/** What this frontend says itself; names and hints come from the gateway in the same language. */
export interface Words {
  readonly outcomes: Readonly<Record<Outcome, string>>;
  readonly statuses: Readonly<Record<Status, string>>;
  readonly verified: string;
  readonly progress: (answered: number, asked: number) => string;
  readonly unbindable: (count: number) => string;
  readonly sensitive: (bound: number) => string;
  readonly confirm: (count: number) => string;
  readonly nothing: string;
  readonly kept: string;
  readonly again: string;
  readonly done: (unbound: number, verified: number, all: number) => string;
}

const zh: Words = {
  outcomes: {
    BOUND: "已绑定",
    NOT_BOUND: "未绑定",
    PENDING: "稍后答复",
    UNKNOWN: "暂时查不到",
    NEEDS_ACTION: "需要您操作",
    GUIDANCE: "需自行办理",
  },
  statuses: {
    OPEN: "已提交",
    IN_PROGRESS: "办理中",
    FULFILLED: "已解绑",
    PARTIALLY_FULFILLED: "部分完成",
    DENIED: "平台拒绝",
    REVOKED: "已撤回",
    EXPIRED: "已过期",
    FAILED: "暂未成功",
  },
  verified: "已核实解绑",
  progress: (answered, asked) => `${asked} 个平台中 ${answered} 个已答复`,
  unbindable: (count) => `可解绑 ${count} 个`,
  sensitive: (bound) => `另有 ${bound} 个隐私类平台查到账号`,
  confirm: (count) => `解绑这 ${count} 个账号？输入 yes 确认：`,
  nothing: "没有可以解绑的账号。",
  kept: "未作任何更改。",
  again: "网络中断，正在重试……",
  done: (unbound, verified, all) => `${all} 个账号中 ${unbound} 个已解绑，${verified} 个已核实。`,
};

const en: Words = {
  outcomes: {
    BOUND: "has an account",
    NOT_BOUND: "has none",
    PENDING: "answers later",
    UNKNOWN: "cannot tell now",
    NEEDS_ACTION: "needs you",
    GUIDANCE: "by hand only",
  },
  statuses: {
    OPEN: "asked",
    IN_PROGRESS: "under way",
    FULFILLED: "unbound",
    PARTIALLY_FULFILLED: "done in part",
    DENIED: "refused by the platform",
    REVOKED: "taken back",
    EXPIRED: "expired",
    FAILED: "not done for now",
  },
  verified: "unbound, verified",
  progress: (answered, asked) => `${answered} of ${asked} platforms have answered`,
  unbindable: (count) => `${count} can be unbound`,
  sensitive: (bound) => `${bound} more platforms of private kinds have an account`,
  confirm: (count) => `Unbind these ${count} accounts? Type yes: `,
  nothing: "There is nothing that can be unbound.",
  kept: "Nothing was changed.",
  again: "The connection broke off, once more ...",
  done: (unbound, verified, all) => `${unbound} of ${all} accounts are unbound, ${verified} verified.`,
};

export function wordsOf(language: string): Words {
  return language.startsWith("zh") ? zh : en;
}
