// @ts-check
// How far a renewal is: in one look, and account by account.

import { actionCard, retry } from "./action_card.js";
import { chore } from "./manual_steps.js";
import { h } from "./dom.js";
import { forget } from "../data/lookup.js";

/** @typedef {ReturnType<typeof import("../data/breakdown.js").remainder>} Left */

/**
 * How far it is, and what can be done with it as a whole.
 * @param {any} renewal @param {Left} left @param {any} words @param {Node} live How it is kept up to date.
 * @param {{withdraw: () => void, copy: () => void}} acts
 */
export function overview(renewal, left, words, live, { withdraw, copy }) {
  const { t } = words;
  const all = renewal.actions.length;
  const done = renewal.actions.filter(
    (/** @type {any} */ one) => one.status === "FULFILLED",
  ).length;
  const counts = [
    ["renewal.leftWorking", left.working.length],
    ["renewal.leftFailed", left.failed.length],
    ["renewal.leftRevoked", left.revoked.length],
    ["renewal.leftAsked", left.asked.length],
    ["renewal.leftHand", left.undone.length],
  ]
    .filter(([, n]) => n)
    .map(([key, n]) => t(key, { n }));
  return [
    h(
      "p",
      { class: "big" },
      h("span", { class: `pill ${renewal.status}` }, t(`status.${renewal.status}`)),
      " ",
      all ? t("renewal.done", { done, all }) : t("renewal.none"),
    ),
    all
      ? h("progress", { max: all, value: done, "aria-label": t("renewal.done", { done, all }) })
      : "",
    h(
      "p",
      { class: "left" },
      counts.length ? t("renewal.left", { what: counts.join(t("comma")) }) : t("renewal.leftNone"),
    ),
    h(
      "p",
      { class: "note" },
      t(`operation.${renewal.operation}`),
      " · ",
      t("renewal.started", { time: words.moment(renewal.createdAt) }),
      renewal.withdrawnAt
        ? ` · ${t("renewal.withdrawn", { time: words.moment(renewal.withdrawnAt) })}`
        : "",
    ),
    live,
    h(
      "p",
      { class: "row noprint" },
      !renewal.settled &&
        !renewal.withdrawnAt &&
        h(
          "button",
          { type: "button", "data-keep": "withdraw", onclick: withdraw },
          t("renewal.withdraw"),
        ),
      h(
        "button",
        { type: "button", "data-keep": "print", onclick: () => print() },
        t("renewal.print"),
      ),
      h("button", { type: "button", "data-keep": "copy", onclick: copy }, t("renewal.copy")),
      h("a", { href: "#/accounts", onclick: forget }, t("renewal.back")),
    ),
  ];
}

/**
 * Every account's way, and what is left by who has to do it.
 * @param {any} renewal @param {Left} left
 * @param {Map<string, import("./timeline.js").Event[]>} history @param {any} words
 * @param {(operation: string, input: object) => void} change
 */
export function sections(renewal, { hand, asked, staying, none }, history, words, change) {
  const { t } = words;
  const section = (/** @type {string} */ key, /** @type {any[]} */ ...children) =>
    h("section", {}, h("h2", {}, t(key)), ...children);
  const name = (/** @type {any} */ one) =>
    h("strong", {}, one.platform?.name ?? t(`category.${one.category}`));
  const lines = (/** @type {any[]} */ ones) => h("ul", { class: "panel lines" }, ones);
  return [
    renewal.actions.length &&
      section(
        "renewal.actions",
        h(
          "ul",
          { class: "cards" },
          renewal.actions.map((/** @type {any} */ one) =>
            actionCard(one, history.get(one.id) ?? [], words, change),
          ),
        ),
      ),
    hand.length &&
      section(
        "renewal.hand",
        h("p", { class: "note" }, t("hand.word")),
        hand.map((/** @type {any} */ one) => chore(one, words, change)),
      ),
    asked.length &&
      section(
        "renewal.asked",
        lines(
          asked.map((/** @type {any} */ one) =>
            h(
              "li",
              {},
              name(one),
              h(
                "span",
                { class: "fact soft" },
                one.reason ? t(`unknown.${one.reason}`) : t(`asked.${one.status}`),
              ),
              one.retryAt &&
                h(
                  "span",
                  { class: "fact soft" },
                  t("asked.next", { time: words.time(one.retryAt) }),
                ),
              one.status === "FAILED" && retry(one.id, words, change),
            ),
          ),
        ),
      ),
    staying.length &&
      section(
        "renewal.stays",
        lines(
          staying.map((/** @type {any} */ { inquiry, account }) =>
            h(
              "li",
              {},
              name(inquiry),
              h("span", { class: "fact soft" }, account.reason ? t(`deny.${account.reason}`) : ""),
            ),
          ),
        ),
      ),
    none.length &&
      h(
        "details",
        { class: "panel", "data-keep": "none" },
        h("summary", {}, `${t("accounts.noneList")} (${none.length})`),
        h("p", {}, none.map((/** @type {any} */ one) => one.platform.name).join(t("comma"))),
      ),
  ];
}
