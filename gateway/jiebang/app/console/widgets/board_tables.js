// @ts-check
// The sortable tables of the coverage board: one of platforms, one of connectors.

import { h } from "./dom.js";
import { sortableTable } from "./table.js";
import { duration, percent } from "./units.js";

/** From the lowest to the highest; sorting by name would mix them up. */
const LEVELS = [null, "LISTED", "BRONZE", "SILVER", "GOLD"];

/** @param {any[]} rows @param {any} t @param {string} language */
export function platformTable(rows, t, language) {
  const category = (/** @type {any} */ row) => t(`category.${row.platform.category}`);
  const { element, show: list } = sortableTable({
    caption: t("board.table"),
    language,
    empty: t("board.nothing"),
    columns: [
      { title: t("board.platform"), value: (row) => row.platform.name, cell: nameCell },
      { title: t("board.category"), value: category },
      { title: t("board.connector"), value: (row) => row.connector, cell: connectorCell },
      levelColumn(t),
      { title: t("board.unbinding"), value: (row) => t(`delivery.${row.unbinding}`) },
      { title: t("board.asked"), value: (row) => row.lookups, number: true },
      numberColumn(t("board.answeredRate"), "answeredRate", percent),
      numberColumn(t("board.unknownRate"), "unknownRate", percent),
      numberColumn(t("board.p50"), "p50Ms", (ms) => duration(ms, t)),
      numberColumn(t("board.p95"), "p95Ms", (ms) => duration(ms, t)),
    ],
  });
  const field = h("input", {
    id: "board-filter",
    type: "search",
    autocomplete: "off",
    oninput: filter,
  });
  const only = h("input", { id: "board-connected", type: "checkbox", onchange: filter });
  const count = h("p.note", { role: "status" });

  function filter() {
    const term = field.value.trim().toLowerCase();
    const matches = rows.filter((row) => {
      const text = [row.platform.name, row.platform.id, row.connector, category(row)].join(" ");
      return (row.hasInterface || !only.checked) && text.toLowerCase().includes(term);
    });
    list(matches);
    count.textContent = t("board.shown", { n: matches.length, all: rows.length });
  }

  /** @param {any} row */
  function nameCell(row) {
    const absent = row.absentSince && h("small.warn", t("board.absent"));
    return h("span", row.platform.name, " ", h("small", row.platform.id), " ", absent);
  }

  /** @param {any} row */
  function connectorCell(row) {
    const how = h("small", t(`precedence.${row.precedence}`));
    return h("span", h("code", row.connector), " ", how);
  }

  filter();
  return h(
    "section",
    h("h2", t("board.table")),
    h(
      "div.filters",
      h(
        "div",
        h(
          "label",
          { for: "board-filter" },
          t("board.filter"),
          " ",
          h("small", t("board.filterNote")),
        ),
        field,
      ),
      h("label.check", { for: "board-connected" }, only, " ", t("board.onlyConnected")),
    ),
    count,
    element,
  );
}

/** @param {any[]} rows @param {any} t @param {string} language */
export function connectorTable(rows, t, language) {
  const { element, show: list } = sortableTable({
    caption: t("board.connectors", { n: rows.length }),
    language,
    empty: t("board.nothing"),
    columns: [
      { title: t("board.connector"), value: (row) => row.id },
      { title: t("board.version"), value: (row) => row.version },
      levelColumn(t),
      { title: t("board.state"), value: (row) => t(`state.${row.state}`) },
      { title: t("board.speaker"), value: (row) => t(`precedence.${row.precedence}`) },
      {
        title: t("board.can"),
        value: (row) =>
          row.capabilities.map((/** @type {string} */ c) => t(`capability.${c}`)).join(", "),
      },
      { title: t("board.source"), value: (row) => row.source.split("/").at(-1) },
    ],
  });
  list(rows);
  const summary = h("summary", h("h2", t("board.connectors", { n: rows.length })));
  return h("details.board-connectors", summary, element);
}

/**
 * @param {string} title @param {string} name The row's property. @param {(value: any) => string} format
 * @returns {import("./table.js").Column<any>}
 */
function numberColumn(title, name, format) {
  return { title, value: (row) => row[name], cell: (row) => format(row[name]), number: true };
}

/** @param {any} t @returns {import("./table.js").Column<any>} */
function levelColumn(t) {
  return {
    title: t("board.level"),
    value: (row) => LEVELS.indexOf(row.level),
    cell: (row) => badge(row.level, t),
  };
}

/** @param {string | null} level @param {any} t */
export function badge(level, t) {
  return h(
    "span",
    { class: `level level-${(level ?? "none").toLowerCase()}` },
    h("span.hidden", `${t("board.level")} `),
    t(`level.${level}`),
  );
}
