// @ts-check
// The schema to leaf through and to search, from what the gateway tells at /console/schema.json.

import { h } from "./dom.js";

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} type As GraphQL writes it.
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
const MOST = 60;

/**
 * @param {Type[]} types
 * @param {(key: string, values?: Record<string, string | number>) => string} t
 * @returns {HTMLElement}
 */
export function browser(types, t) {
  const byName = new Map(types.map((type) => [type.name, type]));
  /** @type {string[]} */
  const path = [];
  const place = h("div", { class: "reference-place", tabindex: "-1" });
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
    const wanted = search.value.trim().toLowerCase();
    const current = path.at(-1);
    if (wanted) place.replaceChildren(hits(wanted));
    else place.replaceChildren(current ? page(current) : overview());
  }

  function overview() {
    const others = types.filter((type) => !ROOTS.includes(type.name) && type.about);
    return h(
      "div",
      {},
      h(
        "ul",
        { class: "reference-list" },
        ROOTS.map((name) => h("li", {}, link(name))),
      ),
      h("h3", {}, t("query.types")),
      h(
        "ul",
        { class: "reference-list" },
        others.map((type) => h("li", {}, link(type.name))),
      ),
    );
  }

  /** @param {string} name */
  function page(name) {
    const type = byName.get(name);
    return h(
      "div",
      {},
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          onclick: () => {
            path.pop();
            draw();
            place.focus();
          },
        },
        `← ${path.at(-2) ?? t("query.overview")}`,
      ),
      h("h3", {}, name, " ", h("small", {}, type?.kind ?? "")),
      h("p", {}, type?.about ?? ""),
      type?.fields && fields(type.fields),
      type?.values &&
        h(
          "dl",
          {},
          type.values.map((value) => [
            h("dt", {}, h("code", {}, value.name)),
            h("dd", {}, value.about),
          ]),
        ),
      type?.members &&
        h(
          "ul",
          {},
          type.members.map((member) => h("li", {}, link(member))),
        ),
    );
  }

  /** @param {Field[]} found @returns {HTMLElement} */
  function fields(found) {
    return h(
      "dl",
      {},
      found.map((field) => [
        h(
          "dt",
          {},
          h("code", {}, field.name),
          ": ",
          typed(field.type),
          field.default === undefined ? null : h("code", {}, ` = ${field.default}`),
        ),
        h("dd", {}, field.about, field.args && fields(field.args)),
      ]),
    );
  }

  /** The type with its name to follow, its brackets and marks around it. @param {string} text */
  function typed(text) {
    const name = text.replace(/[[\]!]/g, "");
    const [before, after] = text.split(name);
    return h("code", {}, before, byName.get(name)?.about ? link(name) : name, after);
  }

  /** @param {string} name */
  function link(name) {
    return h("button", { type: "button", class: "link", onclick: () => open(name) }, name);
  }

  /** @param {string} wanted */
  function hits(wanted) {
    const found = types.flatMap((type) => {
      const parts = [...(type.fields ?? []), ...(type.values ?? [])];
      const own = matches(type, wanted) ? [{ type, name: "", about: type.about }] : [];
      return [
        ...own,
        ...parts
          .filter((part) => matches(part, wanted))
          .map((part) => ({ type, name: part.name, about: part.about })),
      ];
    });
    const named = found.sort((a, b) => rank(a, wanted) - rank(b, wanted)).slice(0, MOST);
    return h(
      "div",
      {},
      h("p", { role: "status" }, t("query.found", { n: found.length })),
      h(
        "dl",
        {},
        named.map((hit) => [
          h("dt", {}, link(hit.type.name), hit.name ? h("code", {}, `.${hit.name}`) : null),
          h("dd", {}, hit.about),
        ]),
      ),
    );
  }

  draw();
  return h(
    "div",
    { class: "reference" },
    h("label", { for: "reference-search" }, t("query.searchSchema")),
    search,
    place,
  );
}

/** @param {{ name: string, about: string }} one @param {string} wanted */
function matches(one, wanted) {
  return one.name.toLowerCase().includes(wanted) || one.about.toLowerCase().includes(wanted);
}

/** Names before texts. @param {{ type: Type, name: string }} hit @param {string} wanted */
function rank(hit, wanted) {
  return (hit.name || hit.type.name).toLowerCase().includes(wanted) ? 0 : 1;
}
