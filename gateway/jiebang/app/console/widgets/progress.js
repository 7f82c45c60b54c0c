// @ts-check
// The progress of a renewal: an overview, and sections by account and by who has to act.

import { forgetLookup } from "../data/lookup.js";
import { emptyPlatforms } from "./answers.js";
import { actionCard, retryButton } from "./action_card.js";
import { h, list, section } from "./dom.js";
import { manualSteps } from "./manual_steps.js";

/** @typedef {ReturnType<typeof import("../data/breakdown.js").breakdown>} Breakdown */

/**
 * How far the renewal is, and what can be done with it as a whole.
 * @param {any} renewal @param {Breakdown} left @param {any} words
 * @param {Node} connectionStatus Says whether the view is updated live.
 * @param {{withdraw: () => void, copy: () => void}} handlers
 */
export function overview(renewal, left, words, connectionStatus, { withdraw, copy }) {
  const { t } = words;
  const all = renewal.actions.length;
  const done = renewal.actions.filter(
    (/** @type {any} */ one) => one.status === "FULFILLED",
  ).length;
  const counts = [
    ["renewal.leftWorking", left.active.length],
    ["renewal.leftFailed", left.failures.length],
    ["renewal.leftRevoked", left.withdrawals.length],
    ["renewal.leftAsked", left.unclear.length],
    ["renewal.leftHand", left.manualLeft.length],
  ]
    .filter(([, n]) => n)
    .map(([key, n]) => t(key, { n }));
  return [
    h(
      "p.big",
      h("span", { class: `pill ${renewal.status}` }, t(`status.${renewal.status}`)),
      " ",
      all ? t("renewal.done", { done, all }) : t("renewal.none"),
    ),
    all
      ? h("progress", { max: all, value: done, "aria-label": t("renewal.done", { done, all }) })
      : "",
    h(
      "p.left",
      counts.length ? t("renewal.left", { what: counts.join(t("comma")) }) : t("renewal.leftNone"),
    ),
    h(
      "p.note",
      t(`operation.${renewal.operation}`),
      " · ",
      t("renewal.started", { time: words.moment(renewal.createdAt) }),
      renewal.withdrawnAt
        ? ` · ${t("renewal.withdrawn", { time: words.moment(renewal.withdrawnAt) })}`
        : "",
    ),
    connectionStatus,
    h(
      "p.row.noprint",
      !renewal.settled &&
        !renewal.withdrawnAt &&
        h("button", { "data-keep": "withdraw", onclick: withdraw }, t("renewal.withdraw")),
      h("button", { "data-keep": "print", onclick: () => print() }, t("renewal.print")),
      h("button", { "data-keep": "copy", onclick: copy }, t("renewal.copy")),
      h("a", { href: "#/accounts", onclick: forgetLookup }, t("renewal.back")),
    ),
  ];
}

/**
 * The actions of the renewal, and below them what is left, by who has to act.
 * @param {any} renewal @param {Breakdown} left
 * @param {Map<string, import("./timeline.js").Event[]>} history @param {any} words
 * @param {(operation: string, input: object) => void} change
 */
export function sections(renewal, { manual, unclear, ineligible, none }, history, words, change) {
  const { t } = words;
  const name = (/** @type {any} */ one) =>
    h("strong", one.platform?.name ?? t(`category.${one.category}`));
  return [
    renewal.actions.length &&
      section(
        t("renewal.actions"),
        h(
          "ul.cards",
          renewal.actions.map((/** @type {any} */ one) =>
            actionCard(one, history.get(one.id) ?? [], words, change),
          ),
        ),
      ),
    manual.length &&
      section(
        t("renewal.hand"),
        h("p.note", t("hand.word")),
        manual.map((/** @type {any} */ one) => manualSteps(one, words, change)),
      ),
    unclear.length &&
      section(
        t("renewal.asked"),
        list("ul.panel.lines", unclear, (one) => [
          name(one),
          h("span.fact.soft", one.reason ? t(`unknown.${one.reason}`) : t(`asked.${one.status}`)),
          one.retryAt && h("span.fact.soft", t("asked.next", { time: words.time(one.retryAt) })),
          one.status === "FAILED" && retryButton(one.id, words, change),
        ]),
      ),
    ineligible.length &&
      section(
        t("renewal.stays"),
        list("ul.panel.lines", ineligible, ({ inquiry, account }) => [
          name(inquiry),
          h("span.fact.soft", account.reason ? t(`deny.${account.reason}`) : ""),
        ]),
      ),
    none.length && emptyPlatforms(none, t),
  ];
}
