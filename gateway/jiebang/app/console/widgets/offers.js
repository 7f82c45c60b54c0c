// @ts-check
// What platforms offer to do about accounts besides unbinding them: one block per kind of action.

import { ownerLabel } from "./answer_card.js";
import { h, section } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {any[]} all Accounts, each with its place. @param {string} basis @param {any} words
 * @param {(kind: string, selection: any[]) => void} ask
 */
export function offers(all, basis, words, ask) {
  const { t } = words;
  /** @type {string[]} */
  const others = words.kinds.filter((/** @type {string} */ kind) => kind !== "UNBIND");
  const kinds = others.map((kind) => ({
    kind,
    ones: all.filter(({ account }) => account.offers.includes(kind)),
  }));
  const blocks = kinds
    .filter(({ ones }) => ones.length)
    .map(({ kind, ones }) => offerBlock(kind, ones, basis, words, ask));
  if (!blocks.length) return "";
  return section(t("offers.title"), h("p.note", t("offers.note")), h("div.cards", blocks));
}

/**
 * @param {string} kind @param {any[]} ones @param {string} basis @param {any} words
 * @param {(kind: string, selection: any[]) => void} ask
 */
function offerBlock(kind, ones, basis, words, ask) {
  const { t } = words;
  /** @type {Map<string, any[]>} */
  const places = new Map();
  for (const one of ones) places.set(one.place, [...(places.get(one.place) ?? []), one]);
  // Preselect the places where an account stays bound; elsewhere, unbinding makes the offer moot.
  const selection = new Set(
    [...places.keys()].filter((place) =>
      places.get(place)?.some(({ account }) => !account.eligible),
    ),
  );
  const selectedAccounts = () => ones.filter(({ place }) => selection.has(place));
  const button = h("button", { onclick: () => ask(kind, selectedAccounts()) });
  const update = () => {
    button.textContent = t("offers.ask", { n: selectedAccounts().length });
    button.disabled = !selection.size;
  };
  update();
  return h(
    "fieldset.panel.offer",
    { "data-kind": kind },
    h("legend", t(`offer.${kind}`)),
    h("p.note", t(`offer.${kind}.text`)),
    h(
      "ul.plain",
      [...places].map(([place, [{ account, platform, category }, ...more]]) => {
        const box = h("input", {
          type: "checkbox",
          onchange: () => {
            if (box.checked) selection.add(place);
            else selection.delete(place);
            update();
          },
        });
        box.checked = selection.has(place);
        const name = platform?.name ?? t(`category.${category}`);
        return h(
          "li",
          h(
            "label.account.choosable",
            box,
            h(
              "span.what",
              h(
                "strong",
                icon(platform?.category ?? category),
                more.length ? t("offers.several", { name, n: more.length + 1 }) : name,
              ),
              h("span.fact.soft", ownerLabel(account, words, basis)),
            ),
          ),
        );
      }),
    ),
    button,
  );
}
