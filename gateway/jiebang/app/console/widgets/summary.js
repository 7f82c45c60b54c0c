// @ts-check
// A lookup in one look: a bar of all platforms, what each part of it is, and what can be done.

import { h } from "./dom.js";

/** Outcomes by what they mean to a person, in the bar's order. */
const PARTS = /** @type {const} */ ([
  ["bound", ["BOUND"]],
  ["none", ["NOT_BOUND"]],
  ["unknown", ["UNKNOWN"]],
  ["later", ["PENDING"]],
  ["byHand", ["GUIDANCE", "NEEDS_ACTION"]],
]);

/** @param {import("../data/lookup.js").Lookup} found @param {any} words */
export function summary(found, words) {
  const { t } = words;
  const sum = found.whole?.summary;
  const counts = PARTS.map(([name, outcomes]) => ({
    name,
    n: sum ? total(sum, name) : found.of(...outcomes).length,
  }));
  const shown = counts.filter(({ name, n }) => n || name === "bound" || name === "none");
  return h(
    "section",
    { class: "panel overview", "aria-label": t("accounts.overview") },
    found.whole ? h("p", { class: "big" }, sentence(found, words)) : "",
    bar(counts, Math.max(found.asked, 1)),
    h(
      "dl",
      { class: "tiles" },
      shown.map(({ name, n }) =>
        h("div", { class: `tile is-${name}` }, h("dt", {}, t(`accounts.${name}`)), h("dd", {}, n)),
      ),
    ),
  );
}

/** The sum's count of a part. @param {any} sum @param {string} name */
function total(sum, name) {
  const { bound, notBound, unknown, pending, guidance, needsAction } = sum;
  return (
    { bound, none: notBound, unknown, later: pending, byHand: guidance + needsAction }[name] ?? 0
  );
}

/** What is bound and what can be done about it. @param {import("../data/lookup.js").Lookup} found @param {any} words */
function sentence(found, words) {
  const { t } = words;
  const all = found.accounts().length;
  const eligible = found.eligible().length;
  const { asked, bound, notBound } = found.whole.summary;
  if (!asked) return t("accounts.emptyAsked");
  // What did not answer clearly may still have accounts, and that is said with everything else.
  const dark = asked - bound - notBound;
  const open = dark ? t("said.open", { n: dark }) : "";
  if (!bound && !notBound) return t("said.nothing");
  if (!bound) return dark ? t("said.noneYet", { n: notBound }) + open : t("said.none");
  const first = t("said.bound", { bound, asked, n: all });
  const blind =
    found.whole.basis === "CURRENT" &&
    found.accounts().every(({ account }) => account.relation === "UNDATED");
  if (!eligible) return first + t(blind ? "said.undated" : "said.nobody") + open;
  const which = eligible === all ? "said.all" : "said.some";
  return first + t(which, { n: eligible, rest: all - eligible }) + open;
}

/** Drawn, not said: the counts beneath say it. @param {{name: string, n: number}[]} counts @param {number} asked */
function bar(counts, asked) {
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", "bar");
  drawn.setAttribute("viewBox", "0 0 100 4");
  drawn.setAttribute("preserveAspectRatio", "none");
  drawn.setAttribute("aria-hidden", "true");
  let x = 0;
  for (const { name, n } of counts) {
    const part = document.createElementNS(SVG, "rect");
    const width = (100 * n) / asked;
    for (const [key, value] of Object.entries({ class: `is-${name}`, x, y: 0, width, height: 4 })) {
      part.setAttribute(key, String(value));
    }
    drawn.append(part);
    x += width;
  }
  return drawn;
}
