// @ts-check
// What else can be asked about accounts than to unbind them, one block for each kind of it.

import { whose } from "./answer_card.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const KINDS = ["CEASE_CONTACT", "LOCK_ACCOUNT", "NOTIFY_HOLDER"];

/**
 * @param {any[]} all Each account with where it is. @param {string} basis @param {any} words
 * @param {(kind: string, picked: any[]) => void} ask
 */
export function offers(all, basis, words, ask) {
  const { t } = words;
  const kinds = KINDS.map((kind) => ({
    kind,
    ones: all.filter(({ account }) => account.offers.includes(kind)),
  }));
  const blocks = kinds
    .filter(({ ones }) => ones.length)
    .map(({ kind, ones }) => block(kind, ones, basis, words, ask));
  if (!blocks.length) return "";
  return h(
    "section",
    {},
    h("h2", {}, t("offers.title")),
    h("p", { class: "note" }, t("offers.note")),
    h("div", { class: "cards" }, blocks),
  );
}

/** @param {string} kind @param {any[]} ones @param {string} basis @param {any} words @param {(kind: string, picked: any[]) => void} ask */
function block(kind, ones, basis, words, ask) {
  const { t } = words;
  /** @type {Map<string, any[]>} */
  const places = new Map();
  for (const one of ones) places.set(one.place, [...(places.get(one.place) ?? []), one]);
  /** Where accounts stay is chosen from the start: unbinding ends the matter for the others. */
  const picked = new Set(
    [...places.keys()].filter((place) =>
      places.get(place)?.some(({ account }) => !account.eligible),
    ),
  );
  const chosen = () => ones.filter(({ place }) => picked.has(place));
  const button = h("button", { type: "button", onclick: () => ask(kind, chosen()) });
  const weigh = () => {
    button.textContent = t("offers.ask", { n: chosen().length });
    button.disabled = !picked.size;
  };
  weigh();
  return h(
    "fieldset",
    { class: "panel offer", "data-kind": kind },
    h("legend", {}, t(`offer.${kind}`)),
    h("p", { class: "note" }, t(`offer.${kind}.text`)),
    h(
      "ul",
      { class: "plain" },
      [...places].map(([place, [{ account, platform, category }, ...more]]) => {
        const box = h("input", {
          type: "checkbox",
          onchange: () => {
            if (box.checked) picked.add(place);
            else picked.delete(place);
            weigh();
          },
        });
        box.checked = picked.has(place);
        const name = platform?.name ?? t(`category.${category}`);
        return h(
          "li",
          {},
          h(
            "label",
            { class: "account choosable" },
            box,
            h(
              "span",
              { class: "what" },
              h(
                "strong",
                {},
                icon(platform?.category ?? category),
                more.length ? t("offers.several", { name, n: more.length + 1 }) : name,
              ),
              h("span", { class: "fact soft" }, whose(account, words, basis)),
            ),
          ),
        );
      }),
    ),
    button,
  );
}
