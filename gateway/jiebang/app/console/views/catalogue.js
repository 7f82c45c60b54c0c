// @ts-check
// The catalogue of platforms: what the gateway can do at each, and what a person can do by hand.

import { Client } from "../data/client.js";
import { operatorToken } from "../data/operator.js";
import { RefusedError } from "../data/request.js";
import { h } from "../widgets/dom.js";
import { guideSteps } from "../widgets/guide.js";
import { badge } from "../widgets/board_tables.js";
import { link } from "../widgets/link.js";
import { loadBoardWords } from "../words/board.js";

/** @type {Record<string, (one: any) => boolean>} */
const KINDS = {
  all: () => true,
  lookup: (one) => one.capabilities.includes("LOOKUP"),
  unbind: (one) => one.unbinding !== null,
  byHand: (one) => !one.capabilities.includes("LOOKUP"),
};

/** @param {HTMLElement} root @param {{ words: any, session: any }} context */
export async function show(root, { words, session }) {
  const { t, language, kinds } = await loadBoardWords(words);
  const controller = new AbortController();
  const place = h("div.catalogue", { "aria-busy": "true" });
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("catalogue.title")),
    h("p.lead", t("catalogue.lead")),
    place,
  );
  const token = session.token ?? operatorToken();
  const other = language === "en" ? "zh-CN" : "en";
  try {
    const [catalogue, otherCatalogue] = await Promise.all([
      new Client({ token }, () => language).ask("Catalogue", {}, controller.signal),
      new Client({ token }, () => other).ask("PlatformNames", {}, controller.signal),
    ]);
    const otherNames = new Map(
      otherCatalogue.coverage.platforms.map((/** @type {any} */ one) => [
        one.platform.id,
        one.platform.name,
      ]),
    );
    const capabilities = ["LOOKUP", ...kinds];
    place.replaceChildren(
      ...sections(catalogue.coverage.platforms, otherNames, capabilities, t, language),
    );
  } catch (error) {
    if (controller.signal.aborted) return () => {};
    const needsToken = error instanceof RefusedError && error.code === "UNAUTHENTICATED";
    place.replaceChildren(
      h(
        "div.card",
        h(
          "p",
          { role: "alert" },
          needsToken
            ? t("catalogue.token")
            : t("board.failed", { message: errorMessage(error, t) }),
        ),
        h("a.button", { href: "#/" }, t("catalogue.start")),
      ),
    );
  }
  place.removeAttribute("aria-busy");
  return () => controller.abort();
}

/** @param {unknown} error @param {any} t */
function errorMessage(error, t) {
  return error instanceof RefusedError ? error.message : t("query.unreachable");
}

/** @param {any[]} platforms @param {Map<string, string>} otherNames Names in the other language.
 * @param {string[]} capabilities Those that matter to a person, in the order to show them.
 * @param {any} t @param {string} language @returns {HTMLElement[]} */
function sections(platforms, otherNames, capabilities, t, language) {
  const count = h("p.note", { role: "status" });
  const list = h("div.categories");
  const search = h("input", {
    id: "catalogue-search",
    type: "search",
    autocomplete: "off",
    oninput: draw,
  });
  const category = h(
    "select",
    { id: "catalogue-category", onchange: draw },
    h("option", { value: "" }, t("catalogue.everyCategory")),
    [...groupByCategory(platforms, t, language)].map(([name, group]) =>
      h("option", { value: name }, `${t(`category.${name}`)} (${group.length})`),
    ),
  );
  const kind = h(
    "select",
    { id: "catalogue-kind", onchange: draw },
    Object.keys(KINDS).map((name) => h("option", { value: name }, t(`catalogue.${name}`))),
  );
  const cards = new Map(
    platforms.map((one) => [one, platformCard(one, otherNames, capabilities, t)]),
  );

  function draw() {
    const term = search.value.trim().toLowerCase();
    const matches = platforms.filter((one) => {
      const names = [one.platform.name, otherNames.get(one.platform.id), one.platform.id];
      const fits = names.join(" ").toLowerCase().includes(term);
      return fits && KINDS[kind.value](one) && ["", one.platform.category].includes(category.value);
    });
    count.textContent = t("catalogue.count", { n: matches.length });
    list.replaceChildren(
      ...[...groupByCategory(matches, t, language)].map(([name, group]) =>
        h(
          "section",
          h("h2", t(`category.${name}`), " ", h("small", String(group.length))),
          h(
            "ul.platforms",
            group.map((one) => cards.get(one)),
          ),
        ),
      ),
      ...(matches.length ? [] : [emptyNotice()]),
    );
  }

  function emptyNotice() {
    const clear = () => {
      search.value = category.value = "";
      kind.value = "all";
      draw();
      search.focus();
    };
    return h(
      "div.empty",
      h("p", t("catalogue.nothing")),
      h("button.secondary", { onclick: clear }, t("catalogue.clear")),
    );
  }

  draw();
  return [
    h(
      "form.filters",
      { role: "search", onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
      h(
        "div.wide",
        h(
          "label",
          { for: "catalogue-search" },
          t("catalogue.search"),
          " ",
          h("small", t("catalogue.searchNote")),
        ),
        search,
      ),
      h("div", h("label", { for: "catalogue-category" }, t("catalogue.category")), category),
      h("div", h("label", { for: "catalogue-kind" }, t("catalogue.kind")), kind),
    ),
    count,
    list,
  ];
}

/** Platforms grouped by category, both sorted by name. @param {any[]} platforms
 * @param {any} t @param {string} language @returns {Map<string, any[]>} */
function groupByCategory(platforms, t, language) {
  const compare = new Intl.Collator(language).compare;
  const list = [...platforms].sort(
    (a, b) =>
      compare(t(`category.${a.platform.category}`), t(`category.${b.platform.category}`)) ||
      compare(a.platform.name, b.platform.name),
  );
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const one of list) {
    groups.set(one.platform.category, [...(groups.get(one.platform.category) ?? []), one]);
  }
  return groups;
}

/**
 * @param {any} one @param {Map<string, string>} otherNames @param {string[]} shown
 * @param {any} t
 */
function platformCard(one, otherNames, shown, t) {
  const { platform, guide } = one;
  const other = otherNames.get(platform.id);
  const capabilities = shown.filter((name) => one.capabilities.includes(name));
  return h(
    "li.platform.card",
    h(
      "div.platform-head",
      h("h3", platform.name),
      other !== platform.name ? h("span.note", other ?? "") : null,
      one.precedence === "GUIDE" ? null : badge(one.level, t),
    ),
    h(
      "ul.abilities",
      capabilities.map((name) => h("li", t(`capability.${name}`))),
      capabilities.length ? null : h("li.by-hand", t("catalogue.byHand")),
    ),
    platform.sensitive ? h("p.note", t("catalogue.sensitive")) : null,
    one.absentSince ? h("p.warn", t("catalogue.absent")) : null,
    guide ? guideSteps(guide, t) : null,
    platform.site ? h("p", link(platform.site, t("catalogue.site"))) : null,
  );
}
