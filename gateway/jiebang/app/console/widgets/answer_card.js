// @ts-check
// One platform's answer as a card, and the accounts in it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { link, safe } from "./link.js";

/** Accounts of one platform that are shown before the others are folded. */
const FEW = 4;

/**
 * @typedef {{chosen: (id: string) => boolean, choose: (id: string, on: boolean) => void}} Choice
 */

/**
 * @param {any} result @param {any} words @param {string} basis @param {Choice} choice
 */
export function boundCard(result, words, basis, choice) {
  const { name, category } = result.platform;
  return h(
    "li",
    { class: "panel card" },
    h("h4", {}, icon(category), name),
    list(result.accounts, words, basis, choice, name),
  );
}

/**
 * Platforms of a sensitive kind: counted, never named.
 * @param {any} group @param {any} words @param {string} basis @param {Choice} choice
 */
export function sensitiveCard(group, words, basis, choice) {
  const { t } = words;
  const category = t(`category.${group.category}`);
  const unknown = group.unknown ? t("accounts.sensitiveUnknown", { unknown: group.unknown }) : "";
  return h(
    "li",
    { class: "panel card" },
    h("h4", {}, icon(group.category), category),
    h("p", { class: "note" }, t("accounts.sensitiveBound", group) + unknown),
    list(group.accounts, words, basis, choice, category),
  );
}

/** @param {any[]} accounts @param {any} words @param {string} basis @param {Choice} choice @param {string} where */
function list(accounts, words, basis, choice, where) {
  const row = (/** @type {any} */ one) => h("li", {}, account(one, words, basis, choice, where));
  const [first, rest] =
    accounts.length > FEW + 1 ? [accounts.slice(0, FEW), accounts.slice(FEW)] : [accounts, []];
  return [
    h("ul", { class: "plain" }, first.map(row)),
    rest.length
      ? h(
          "details",
          { "data-keep": `more-${where}` },
          h("summary", {}, words.t("accounts.more", { n: rest.length })),
          h("ul", { class: "plain" }, rest.map(row)),
        )
      : "",
  ];
}

/** Whose an account is, in a word. @param {any} one @param {any} words @param {string} basis */
export function whose(one, words, basis) {
  return particular("whose", one.relation, words, basis);
}

/** As it reads for who asks, else for everybody. @param {string} list @param {string} relation @param {any} words @param {string} basis */
function particular(list, relation, words, basis) {
  const own = `${list}.${basis}.${relation}`;
  const text = words.t(own);
  return text === own ? words.t(`${list}.${relation}`) : text;
}

/** @param {any} one @param {any} words @param {string} basis @param {Choice} choice @param {string} where */
function account(one, words, basis, choice, where) {
  const { t } = words;
  const owner = whose(one, words, basis);
  const since = one.boundOn
    ? t("account.bound", { date: words.day(one.boundOn) })
    : particular("since", one.relation, words, basis);
  const also = one.offers
    .filter((/** @type {string} */ kind) => kind !== "UNBIND")
    .map((/** @type {string} */ kind) => t(`kind.${kind}`));
  const what = h(
    "span",
    { class: "what" },
    h("strong", { class: `whose ${one.relation}` }, owner),
    one.label && h("span", { class: "fact" }, one.label),
    h("span", { class: "fact soft" }, since),
    one.eligible
      ? h("span", { class: "fact good" }, `✓ ${t("account.eligible")}`)
      : h(
          "span",
          { class: "fact soft" },
          `– ${t("account.not", { why: t(`deny.${one.reason}`) })}`,
        ),
    also.length
      ? h("span", { class: "fact soft" }, `+ ${t("account.also", { what: also.join(t("and")) })}`)
      : "",
  );
  if (!one.eligible) return h("div", { class: "account" }, what);
  const box = h("input", {
    type: "checkbox",
    "data-account": one.id,
    "data-keep": `c-${one.id}`,
    "aria-label": `${where}: ${[owner, one.label, since].filter(Boolean).join(", ")}`,
    onchange: () => choice.choose(one.id, box.checked),
  });
  box.checked = choice.chosen(one.id);
  return h("label", { class: "account choosable" }, box, what);
}

/** A platform in one line: could not be found out, or answers later. @param {any} result @param {any} words */
export function line(result, words) {
  const why = result.reason
    ? words.t(`unknown.${result.reason}`)
    : words.t(`outcome.${result.outcome}`);
  const when = result.retryAt
    ? words.t("accounts.retryAt", { time: words.time(result.retryAt) })
    : result.expectedBy
      ? words.t("accounts.expectedBy", { time: words.time(result.expectedBy) })
      : "";
  return h(
    "li",
    {},
    h("strong", {}, icon(result.platform.category), result.platform.name),
    h("span", { class: "fact soft" }, [why, when].filter(Boolean).join(words.t("semicolon"))),
  );
}

/** A platform that only a person can do something at, its steps folded. @param {any} result @param {any} words */
export function byHand(result, words) {
  const url = result.needs?.url ?? result.guide?.url;
  const { id, name, category } = result.platform;
  return h(
    "details",
    { class: "panel hand", "data-keep": `g-${id}` },
    h(
      "summary",
      {},
      h("span", {}, icon(category), name),
      h("span", { class: "tag" }, words.t(`category.${category}`)),
    ),
    result.guide &&
      h(
        "ol",
        {},
        result.guide.steps.map((/** @type {string} */ step) => h("li", {}, step)),
      ),
    result.guide?.proof &&
      h("p", { class: "note" }, words.t("hand.proof", { proof: result.guide.proof })),
    safe(url) && h("p", {}, link(url, words.t("hand.open"))),
  );
}
