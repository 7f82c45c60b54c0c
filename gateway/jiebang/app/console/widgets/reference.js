// @ts-check
// A browser for the GraphQL schema, with search. The view loads the schema from the gateway.

import { h, list } from "./dom.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} type In GraphQL's notation.
 * @property {string} about
 * @property {Field[]} [args]
 * @property {string} [default]
 *
 * @typedef {object} Type
 * @property {string} name
 * @property {string} kind
 * @property {string} about
 * @property {Field[]} [fields]
 * @property {{ name: string, about: string }[]} [values]
 * @property {string[]} [members]
 */

const ROOTS = ["Query", "Mutation", "Subscription"];
const MAX_HITS = 60;

/**
 * @param {Type[]} types
 * @param {(key: string, values?: Record<string, string | number>) => string} t
 * @returns {HTMLElement}
 */
export function reference(types, t) {
  const byName = new Map(types.map((type) => [type.name, type]));
  /** @type {string[]} */
  const path = [];
  const place = h("div.reference-place", { tabindex: "-1" });
  const search = h("input", {
    id: "reference-search",
    type: "search",
    autocomplete: "off",
    oninput: draw,
  });

  /** @param {string} name */
  function open(name) {
    search.value = "";
    path.push(name);
    draw();
    place.focus();
  }

  function draw() {
    const term = search.value.trim().toLowerCase();
    const current = path.at(-1);
    if (term) place.replaceChildren(searchResults(term));
    else place.replaceChildren(current ? typePage(current) : overview());
  }

  function overview() {
    const others = types.filter((type) => !ROOTS.includes(type.name) && type.about);
    return h(
      "div",
      list("ul.reference-list", ROOTS, typeLink),
      h("h3", t("query.types")),
      list("ul.reference-list", others, (type) => typeLink(type.name)),
    );
  }

  /** @param {string} name */
  function typePage(name) {
    const type = byName.get(name);
    return h(
      "div",
      h(
        "button.quiet",
        {
          onclick: () => {
            path.pop();
            draw();
            place.focus();
          },
        },
        `← ${path.at(-2) ?? t("query.overview")}`,
      ),
      h("h3", name, " ", h("small", type?.kind ?? "")),
      h("p", type?.about ?? ""),
      type?.fields && fieldList(type.fields),
      type?.values &&
        h(
          "dl",
          type.values.map((value) => [h("dt", h("code", value.name)), h("dd", value.about)]),
        ),
      type?.members && list("ul", type.members, typeLink),
    );
  }

  /** @param {Field[]} fields @returns {HTMLElement} */
  function fieldList(fields) {
    return h(
      "dl",
      fields.map((field) => [
        h(
          "dt",
          h("code", field.name),
          ": ",
          typeReference(field.type),
          field.default === undefined ? null : h("code", ` = ${field.default}`),
        ),
        h("dd", field.about, field.args && fieldList(field.args)),
      ]),
    );
  }

  /** A type in GraphQL's notation, with its name as a link. @param {string} text */
  function typeReference(text) {
    const name = text.replace(/[[\]!]/g, "");
    const [before, after] = text.split(name);
    return h("code", before, byName.get(name)?.about ? typeLink(name) : name, after);
  }

  /** @param {string} name */
  function typeLink(name) {
    return h("button.link", { onclick: () => open(name) }, name);
  }

  /** @param {string} term */
  function searchResults(term) {
    const hits = types.flatMap((type) => {
      const parts = [...(type.fields ?? []), ...(type.values ?? [])];
      const own = matches(type, term) ? [{ type, name: "", about: type.about }] : [];
      return [
        ...own,
        ...parts
          .filter((part) => matches(part, term))
          .map((part) => ({ type, name: part.name, about: part.about })),
      ];
    });
    const top = hits.sort((a, b) => rank(a, term) - rank(b, term)).slice(0, MAX_HITS);
    return h(
      "div",
      h("p", { role: "status" }, t("query.found", { n: hits.length })),
      h(
        "dl",
        top.map((hit) => [
          h("dt", typeLink(hit.type.name), hit.name ? h("code", `.${hit.name}`) : null),
          h("dd", hit.about),
        ]),
      ),
    );
  }

  draw();
  return h(
    "div.reference",
    h("label", { for: "reference-search" }, t("query.searchSchema")),
    search,
    place,
  );
}

/** @param {{ name: string, about: string }} one @param {string} term */
function matches(one, term) {
  return one.name.toLowerCase().includes(term) || one.about.toLowerCase().includes(term);
}

/**
 * Ranks hits in names before hits in descriptions.
 * @param {{ type: Type, name: string }} hit @param {string} term
 */
function rank(hit, term) {
  return (hit.name || hit.type.name).toLowerCase().includes(term) ? 0 : 1;
}
