// @ts-check
// The answers of platforms as cards or rows, and the accounts on them.

import { h, list } from "./dom.js";
import { icon } from "./icons.js";
import { link, webAddress } from "./link.js";

/** How many accounts of a platform are shown before the others are folded away. */
const VISIBLE = 4;

/**
 * @typedef {{has: (id: string) => boolean, set: (id: string, on: boolean) => void}} Selection
 *   Which accounts are selected, by their ids.
 */

/**
 * @param {any} result @param {any} words @param {string} basis @param {Selection} selection
 */
export function boundCard(result, words, basis, selection) {
  const { name, category } = result.platform;
  return h(
    "li.panel.card",
    h("h4", icon(category), name),
    accountList(result.accounts, words, basis, selection, name),
  );
}

/**
 * A card for all platforms of one sensitive category, which the gateway counts but does not name.
 * @param {any} group @param {any} words @param {string} basis @param {Selection} selection
 */
export function sensitiveCard(group, words, basis, selection) {
  const { t } = words;
  const category = t(`category.${group.category}`);
  const unknown = group.unknown ? t("accounts.sensitiveUnknown", { unknown: group.unknown }) : "";
  return h(
    "li.panel.card",
    h("h4", icon(group.category), category),
    h("p.note", t("accounts.sensitiveBound", group) + unknown),
    accountList(group.accounts, words, basis, selection, category),
  );
}

/**
 * @param {any[]} accounts @param {any} words @param {string} basis @param {Selection} selection
 * @param {string} where
 */
function accountList(accounts, words, basis, selection, where) {
  const row = (/** @type {any} */ one) => accountRow(one, words, basis, selection, where);
  const [first, rest] =
    accounts.length > VISIBLE + 1
      ? [accounts.slice(0, VISIBLE), accounts.slice(VISIBLE)]
      : [accounts, []];
  return [
    list("ul.plain", first, row),
    rest.length
      ? h(
          "details",
          { "data-keep": `more-${where}` },
          h("summary", words.t("accounts.more", { n: rest.length })),
          list("ul.plain", rest, row),
        )
      : "",
  ];
}

/**
 * Whose the account is, in a few words.
 * @param {any} one @param {any} words @param {string} basis
 */
export function ownerLabel(one, words, basis) {
  return wording("whose", one.relation, words, basis);
}

/**
 * The wording for a person in this relation to the number, or the general one if there is none.
 * @param {string} list @param {string} relation @param {any} words @param {string} basis
 */
function wording(list, relation, words, basis) {
  const key = `${list}.${basis}.${relation}`;
  const text = words.t(key);
  return text === key ? words.t(`${list}.${relation}`) : text;
}

/**
 * @param {any} one @param {any} words @param {string} basis @param {Selection} selection
 * @param {string} where
 */
function accountRow(one, words, basis, selection, where) {
  const { t } = words;
  const owner = ownerLabel(one, words, basis);
  const since = one.boundOn
    ? t("account.bound", { date: words.day(one.boundOn) })
    : wording("since", one.relation, words, basis);
  const offers = one.offers
    .filter((/** @type {string} */ kind) => kind !== "UNBIND")
    .map((/** @type {string} */ kind) => t(`kind.${kind}`));
  const description = h(
    "span.what",
    h("strong", { class: `whose ${one.relation}` }, owner),
    one.label && h("span.fact", one.label),
    h("span.fact.soft", since),
    one.eligible
      ? h("span.fact.good", `✓ ${t("account.eligible")}`)
      : h("span.fact.soft", `– ${t("account.not", { why: t(`deny.${one.reason}`) })}`),
    offers.length
      ? h("span.fact.soft", `+ ${t("account.also", { what: offers.join(t("and")) })}`)
      : "",
  );
  if (!one.eligible) return h("div.account", description);
  const box = h("input", {
    type: "checkbox",
    "data-account": one.id,
    "data-keep": `c-${one.id}`,
    "aria-label": `${where}: ${[owner, one.label, since].filter(Boolean).join(", ")}`,
    onchange: () => selection.set(one.id, box.checked),
  });
  box.checked = selection.has(one.id);
  return h("label.account.choosable", box, description);
}

/**
 * One row for a platform that gave no clear answer, or will answer later.
 * @param {any} result @param {any} words
 */
export function answerRow(result, words) {
  const why = result.reason
    ? words.t(`unknown.${result.reason}`)
    : words.t(`outcome.${result.outcome}`);
  const when = result.retryAt
    ? words.t("accounts.retryAt", { time: words.time(result.retryAt) })
    : result.expectedBy
      ? words.t("accounts.expectedBy", { time: words.time(result.expectedBy) })
      : "";
  return [
    h("strong", icon(result.platform.category), result.platform.name),
    h("span.fact.soft", [why, when].filter(Boolean).join(words.t("semicolon"))),
  ];
}

/**
 * A platform where only the person can act, with its steps folded away.
 * @param {any} result @param {any} words
 */
export function manualCard(result, words) {
  const url = result.needs?.url ?? result.guide?.url;
  const { id, name, category } = result.platform;
  return h(
    "details.panel.hand",
    { "data-keep": `g-${id}` },
    h("summary", h("span", icon(category), name), h("span.tag", words.t(`category.${category}`))),
    result.guide && list("ol", result.guide.steps),
    result.guide?.proof && h("p.note", words.t("hand.proof", { proof: result.guide.proof })),
    webAddress(url) && h("p", link(url, words.t("hand.open"))),
  );
}
