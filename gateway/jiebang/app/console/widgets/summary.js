// @ts-check
// A lookup at a glance: one sentence, a bar of all platforms, and the count for each segment of it.

import { h, svg } from "./dom.js";

/** The segments of the bar in their order, each with the outcomes that belong to it. */
const SEGMENTS = /** @type {const} */ ([
  ["bound", ["BOUND"]],
  ["none", ["NOT_BOUND"]],
  ["unknown", ["UNKNOWN"]],
  ["later", ["PENDING"]],
  ["byHand", ["GUIDANCE", "NEEDS_ACTION"]],
]);

/** @param {import("../data/lookup.js").Lookup} lookup @param {any} words */
export function summary(lookup, words) {
  const { t } = words;
  const total = lookup.result?.summary;
  const counts = SEGMENTS.map(([name, outcomes]) => ({
    name,
    n: total ? segmentCount(total, name) : lookup.answersWith(...outcomes).length,
  }));
  const visible = counts.filter(({ name, n }) => n || name === "bound" || name === "none");
  return h(
    "section.panel.overview",
    { "aria-label": t("accounts.overview") },
    lookup.result ? h("p.big", sentence(lookup, words)) : "",
    bar(counts, Math.max(lookup.asked, 1)),
    h(
      "dl.tiles",
      visible.map(({ name, n }) =>
        h("div", { class: `tile is-${name}` }, h("dt", t(`accounts.${name}`)), h("dd", n)),
      ),
    ),
  );
}

/** How many platforms a segment stands for. @param {any} total @param {string} name */
function segmentCount(total, name) {
  const { bound, notBound, unknown, pending, guidance, needsAction } = total;
  return (
    { bound, none: notBound, unknown, later: pending, byHand: guidance + needsAction }[name] ?? 0
  );
}

/**
 * Says what is bound and what can be done about it.
 * @param {import("../data/lookup.js").Lookup} lookup @param {any} words
 */
function sentence(lookup, words) {
  const { t } = words;
  const all = lookup.accounts().length;
  const eligible = lookup.eligibleAccounts().length;
  const { asked, bound, notBound } = lookup.result.summary;
  if (!asked) return t("accounts.emptyAsked");
  // Platforms without a clear answer may have accounts too, so every sentence mentions them.
  const unclear = asked - bound - notBound;
  const addition = unclear ? t("said.open", { n: unclear }) : "";
  if (!bound && !notBound) return t("said.nothing");
  if (!bound) return unclear ? t("said.noneYet", { n: notBound }) + addition : t("said.none");
  const first = t("said.bound", { bound, asked, n: all });
  const isUndated =
    lookup.result.basis === "CURRENT" &&
    lookup.accounts().every(({ account }) => account.relation === "UNDATED");
  if (!eligible) return first + t(isUndated ? "said.undated" : "said.nobody") + addition;
  const which = eligible === all ? "said.all" : "said.some";
  return first + t(which, { n: eligible, rest: all - eligible }) + addition;
}

/**
 * Hidden from screen readers, because the counts below say the same.
 * @param {{name: string, n: number}[]} counts @param {number} asked
 */
function bar(counts, asked) {
  let x = 0;
  const segments = counts.map(({ name, n }) => {
    const width = (100 * n) / asked;
    const segment = svg("rect", { class: `is-${name}`, x, y: 0, width, height: 4 });
    x += width;
    return segment;
  });
  return svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...segments,
  );
}
