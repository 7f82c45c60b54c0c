// @ts-check
// The answers of all platforms in sections: accounts, later answers, no clear answer, manual steps,
// no account.

import { answerRow, boundCard, manualCard, sensitiveCard } from "./answer_card.js";
import { h, list, section } from "./dom.js";
import { offers } from "./offers.js";

/**
 * @param {import("../data/lookup.js").Lookup} lookup
 * @param {Map<string, {name: string, guide: any}>} translations By platform id; may be empty.
 * @param {any} words @param {import("./answer_card.js").Selection} selection
 * @param {(kind: string, accounts: any[]) => void} ask
 * @returns {Node[]}
 */
export function answers(lookup, translations, words, selection, ask) {
  const { t } = words;
  const { result } = lookup;
  const basis = result?.basis ?? "CURRENT";
  /** @param {any} one */
  const translate = (one) => {
    const translation = one.platform && translations.get(one.platform.id);
    if (!translation) return one;
    return {
      ...one,
      platform: { ...one.platform, name: translation.name },
      guide: one.guide && translation.guide,
    };
  };
  const answersWith = (/** @type {string[]} */ ...outcomes) =>
    lookup.answersWith(...outcomes).map(translate);
  const note = (/** @type {string} */ key) => h("p.note", t(key));
  const rows = (/** @type {any[]} */ ones) =>
    list("ul.panel.lines", ones, (one) => answerRow(one, words));
  const [bound, later, unknown, none] = [
    answersWith("BOUND"),
    answersWith("PENDING"),
    answersWith("UNKNOWN"),
    answersWith("NOT_BOUND"),
  ];
  const manual = [...answersWith("NEEDS_ACTION"), ...answersWith("GUIDANCE")];
  const sensitive = result?.sensitive ?? [];
  const sections = [
    isSilent(result) && h("p.panel.problem", { role: "alert" }, t("accounts.allFailed")),
    (bound.length || sensitive.length) &&
      section(t("accounts.found"), categoryColumns(bound), sensitive.length && sensitiveSection()),
    result && offers(lookup.accounts().map(translate), basis, words, ask),
    later.length && section(t("accounts.later"), rows(later)),
    unknown.length && section(t("accounts.unknown"), note("accounts.unknownNote"), rows(unknown)),
    manual.length &&
      section(
        t("accounts.byHand"),
        note("accounts.handNote"),
        manual.map((one) => manualCard(one, words)),
      ),
    none.length && emptyPlatforms(none, t),
  ];
  return sections.filter((one) => one instanceof Node);

  /** @param {any[]} ones */
  function categoryColumns(ones) {
    const cards = (/** @type {any[]} */ some) =>
      h(
        "ul.plain",
        some.map((one) => boundCard(one, words, basis, selection)),
      );
    return h(
      "div.categories",
      [...groupByCategory(ones)].map(([category, some]) =>
        h("section.category", h("h3", t(`category.${category}`)), cards(some)),
      ),
    );
  }

  function sensitiveSection() {
    const cards = sensitive.map((/** @type {any} */ one) =>
      sensitiveCard(one, words, basis, selection),
    );
    return h(
      "section.category",
      h("h3", t("accounts.sensitive")),
      note("accounts.sensitiveNote"),
      h("ul.cards", cards),
    );
  }
}

/** The platforms that have no account, folded away. @param {any[]} ones @param {any} t */
export function emptyPlatforms(ones, t) {
  return h(
    "details.panel",
    { "data-keep": "none" },
    h("summary", `${t("accounts.noneList")} (${ones.length})`),
    h("p", ones.map((one) => one.platform.name).join(t("comma"))),
  );
}

/** Whether every platform was asked and none gave a clear answer. @param {any} result */
function isSilent(result) {
  const total = result?.summary;
  return total?.unknown && !total.bound && !total.notBound && !total.pending;
}

/** @param {any[]} ones */
function groupByCategory(ones) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const one of ones) {
    const { category } = one.platform;
    groups.set(category, [...(groups.get(category) ?? []), one]);
  }
  return groups;
}
