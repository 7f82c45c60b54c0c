// @ts-check
// One platform's answer as a card, and one account in it.

import { h } from "./dom.js";

/**
 * @param {any} result @param {any} words @param {string} basis
 * @param {{chosen: (id: string) => boolean, choose: (id: string, on: boolean) => void}} choice
 */
export function boundCard(result, words, basis, choice) {
  return h(
    "li",
    { class: "panel card" },
    h("h4", {}, result.platform.name),
    h("ul", { class: "plain" }, result.accounts.map((/** @type {any} */ one) => h("li", {}, account(one, words, basis, choice, result.platform.name)))),
  );
}

/** @param {any} one @param {any} words @param {string} basis @param {any} choice @param {string} where */
export function account(one, words, basis, choice, where) {
  const own = basis !== "CURRENT" && `own.${one.relation}`;
  const said = own && words.t(own) !== own ? words.t(own) : words.t(`relation.${one.relation}`);
  const what = h(
    "span",
    {},
    h("strong", {}, one.label ?? words.t("account.someone")),
    h("span", { class: "fact" }, said),
    one.boundOn && h("span", { class: "fact" }, words.t("account.bound", { date: one.boundOn })),
    one.eligible
      ? h("span", { class: "fact good" }, `✓ ${words.t("account.eligible")}`)
      : h("span", { class: "fact soft" }, `– ${words.t("account.not", { why: words.t(`deny.${one.reason}`) })}`),
  );
  if (!one.eligible) return h("div", { class: "account" }, what);
  const box = h("input", {
    type: "checkbox",
    "data-account": one.id,
    "aria-label": `${where}: ${one.label ?? words.t("account.someone")}, ${said}`,
    onchange: () => choice.choose(one.id, box.checked),
  });
  box.checked = choice.chosen(one.id);
  return h("label", { class: "account choosable" }, box, what);
}

/** A platform in one line: could not be found out, or answers later. @param {any} result @param {any} words */
export function line(result, words) {
  const why = result.reason ? words.t(`unknown.${result.reason}`) : words.t(`outcome.${result.outcome}`);
  const when = result.retryAt
    ? words.t("accounts.retryAt", { time: words.time(result.retryAt) })
    : result.expectedBy ? words.t("accounts.expectedBy", { time: words.time(result.expectedBy) }) : "";
  return h(
    "li",
    {},
    h("strong", {}, result.platform.name),
    h("span", { class: "fact soft" }, [why, when].filter(Boolean).join(words.language === "en" ? "; " : "；")),
  );
}

/** A platform that only a person can do something at, its steps folded. @param {any} result @param {any} words */
export function byHand(result, words) {
  const url = result.needs?.url ?? result.guide?.url;
  return h(
    "details",
    { class: "panel hand" },
    h("summary", {}, h("span", {}, result.platform.name), h("span", { class: "tag" }, words.t(`category.${result.platform.category}`))),
    result.guide && h("ol", {}, result.guide.steps.map((/** @type {string} */ step) => h("li", {}, step))),
    result.guide?.proof && h("p", { class: "note" }, words.t("hand.proof", { proof: result.guide.proof })),
    url && h("p", {}, h("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer" }, words.t("hand.open"))),
  );
}

/** Only what is an address of the web becomes a link. @param {string} url */
export function safe(url) {
  return /^https?:\/\//i.test(url) ? url : null;
}
