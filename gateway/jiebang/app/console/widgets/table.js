// @ts-check
// A table that can be sorted by any column, with the mouse, the keyboard or a screen reader.

import { h } from "./dom.js";

/**
 * @template T
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: T) => string | number | null} value The value to sort by; null comes last.
 * @property {(row: T) => (Node | string)} [cell] The content to show; by default the value.
 * @property {boolean} [number] Numbers are aligned right and sorted in descending order first.
 */

/**
 * @template T
 * @param {object} options
 * @param {string} options.caption
 * @param {Column<T>[]} options.columns The first column holds the row headings.
 * @param {string} options.language Decides the order of names.
 * @param {string} options.empty Shown instead if there are no rows.
 * @returns {{ element: HTMLElement, show: (rows: T[]) => void }}
 */
export function sortableTable({ caption, columns, language, empty }) {
  /** @type {T[]} */
  let rows = [];
  let sortIndex = 0;
  let descending = false;
  const body = h("tbody");
  const emptyNotice = h("p.empty", { hidden: true }, empty);
  const headings = columns.map((column, index) =>
    h(
      "th",
      { scope: "col", class: column.number ? "number" : "" },
      h("button.sort", { onclick: () => sortBy(index) }, column.title),
    ),
  );

  /** @param {number} index */
  function sortBy(index) {
    descending = index === sortIndex ? !descending : Boolean(columns[index].number);
    sortIndex = index;
    draw();
  }

  /** @param {T} one @param {T} other */
  function compare(one, other) {
    const [a, b] = [columns[sortIndex].value(one), columns[sortIndex].value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const sign = descending ? -1 : 1;
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), language);
  }

  function draw() {
    headings.forEach((heading, index) => {
      heading.setAttribute(
        "aria-sort",
        index !== sortIndex ? "none" : descending ? "descending" : "ascending",
      );
    });
    body.replaceChildren(
      ...[...rows].sort(compare).map((row) =>
        h(
          "tr",
          columns.map((column, index) => {
            const content = column.cell ? column.cell(row) : String(column.value(row) ?? "–");
            return index
              ? h("td", { class: column.number ? "number" : "" }, content)
              : h("th", { scope: "row" }, content);
          }),
        ),
      ),
    );
    emptyNotice.hidden = rows.length > 0;
  }

  const element = h(
    "div.table-frame",
    { role: "region", "aria-label": caption, tabindex: "0" },
    h("table.board-table", h("caption.hidden", caption), h("thead", h("tr", headings)), body),
    emptyNotice,
  );
  return {
    element,
    show(newRows) {
      rows = newRows;
      draw();
    },
  };
}
