// @ts-check
// The answers of all platforms, section by section: found, later, unknown, by hand, none.

import { boundCard, byHand, line, sensitiveCard } from "./answer_card.js";
import { h } from "./dom.js";
import { offers } from "./offers.js";

/**
 * @param {import("../data/lookup.js").Lookup} found
 * @param {Map<string, {name: string, guide: any}>} names In the language on screen, by platform.
 * @param {any} words @param {import("./answer_card.js").Choice} choice
 * @param {(kind: string, picked: any[]) => void} ask
 * @returns {Node[]}
 */
export function answers(found, names, words, choice, ask) {
  const { t } = words;
  const { whole } = found;
  const basis = whole?.basis ?? "CURRENT";
  /** @param {any} one */
  const spoken = (one) => {
    const known = one.platform && names.get(one.platform.id);
    if (!known) return one;
    return {
      ...one,
      platform: { ...one.platform, name: known.name },
      guide: one.guide && known.guide,
    };
  };
  const of = (/** @type {string[]} */ ...outcomes) => found.of(...outcomes).map(spoken);
  const section = (/** @type {string} */ key, /** @type {any[]} */ ...children) =>
    h("section", {}, h("h2", {}, t(key)), ...children);
  const note = (/** @type {string} */ key) => h("p", { class: "note" }, t(key));
  const lines = (/** @type {any[]} */ ones) =>
    h(
      "ul",
      { class: "panel lines" },
      ones.map((one) => line(one, words)),
    );
  const [bound, later, unknown, none] = [
    of("BOUND"),
    of("PENDING"),
    of("UNKNOWN"),
    of("NOT_BOUND"),
  ];
  const hand = [...of("NEEDS_ACTION"), ...of("GUIDANCE")];
  const sensitive = whole?.sensitive ?? [];
  const sections = [
    dark(whole) && h("p", { class: "panel problem", role: "alert" }, t("accounts.allFailed")),
    (bound.length || sensitive.length) &&
      section("accounts.found", categories(bound), sensitive.length && counted()),
    whole && offers(found.accounts().map(spoken), basis, words, ask),
    later.length && section("accounts.later", lines(later)),
    unknown.length && section("accounts.unknown", note("accounts.unknownNote"), lines(unknown)),
    hand.length &&
      section(
        "accounts.byHand",
        note("accounts.handNote"),
        hand.map((one) => byHand(one, words)),
      ),
    none.length &&
      h(
        "details",
        { class: "panel", "data-keep": "none" },
        h("summary", {}, `${t("accounts.noneList")} (${none.length})`),
        h("p", {}, none.map((one) => one.platform.name).join(t("comma"))),
      ),
  ];
  return sections.filter((one) => one instanceof Node);

  /** @param {any[]} ones */
  function categories(ones) {
    const cards = (/** @type {any[]} */ some) =>
      h(
        "ul",
        { class: "plain" },
        some.map((one) => boundCard(one, words, basis, choice)),
      );
    return h(
      "div",
      { class: "categories" },
      [...grouped(ones)].map(([category, some]) =>
        h("section", { class: "category" }, h("h3", {}, t(`category.${category}`)), cards(some)),
      ),
    );
  }

  function counted() {
    const cards = sensitive.map((/** @type {any} */ one) =>
      sensitiveCard(one, words, basis, choice),
    );
    return h(
      "section",
      { class: "category" },
      h("h3", {}, t("accounts.sensitive")),
      note("accounts.sensitiveNote"),
      h("ul", { class: "cards" }, cards),
    );
  }
}

/** Whether all platforms were asked and not one gave a clear answer. @param {any} whole */
function dark(whole) {
  const sum = whole?.summary;
  return sum?.unknown && !sum.bound && !sum.notBound && !sum.pending;
}

/** @param {any[]} ones */
function grouped(ones) {
  /** @type {Map<string, any[]>} */
  const found = new Map();
  for (const one of ones) {
    const { category } = one.platform;
    found.set(category, [...(found.get(category) ?? []), one]);
  }
  return found;
}
