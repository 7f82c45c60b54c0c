// @ts-check
// A table whose rows can be put in order by any column, with keys and with a screen reader.

import { h } from "./dom.js";

/**
 * @template T
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: T) => string | number | null} value What rows are ordered by; null comes last.
 * @property {(row: T) => (Node | string)} [cell] What is shown; without it the value.
 * @property {boolean} [number] Whether it is a number: set right, and the largest first.
 */

/**
 * @template T
 * @param {object} options
 * @param {string} options.caption
 * @param {Column<T>[]} options.columns The first one names the row.
 * @param {string} options.language For the order of names.
 * @param {string} options.empty What is said when no row is left.
 * @returns {{ element: HTMLElement, show: (rows: T[]) => void }}
 */
export function sortable({ caption, columns, language, empty }) {
  /** @type {T[]} */
  let rows = [];
  let place = 0;
  let down = false;
  const body = h("tbody");
  const none = h("p", { class: "empty", hidden: true }, empty);
  const heads = columns.map((column, index) =>
    h(
      "th",
      { scope: "col", class: column.number ? "number" : "" },
      h("button", { type: "button", class: "sort", onclick: () => order(index) }, column.title),
    ),
  );

  /** @param {number} index */
  function order(index) {
    down = index === place ? !down : Boolean(columns[index].number);
    place = index;
    draw();
  }

  /** @param {T} one @param {T} other */
  function compare(one, other) {
    const [a, b] = [columns[place].value(one), columns[place].value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const way = down ? -1 : 1;
    if (typeof a === "number" && typeof b === "number") return way * (a - b);
    return way * String(a).localeCompare(String(b), language);
  }

  function draw() {
    heads.forEach((head, index) => {
      head.setAttribute("aria-sort", index !== place ? "none" : down ? "descending" : "ascending");
    });
    body.replaceChildren(
      ...[...rows].sort(compare).map((row) =>
        h(
          "tr",
          {},
          columns.map((column, index) => {
            const shown = column.cell ? column.cell(row) : String(column.value(row) ?? "–");
            return index
              ? h("td", { class: column.number ? "number" : "" }, shown)
              : h("th", { scope: "row" }, shown);
          }),
        ),
      ),
    );
    none.hidden = rows.length > 0;
  }

  const element = h(
    "div",
    { class: "table-frame", role: "region", "aria-label": caption, tabindex: "0" },
    h(
      "table",
      { class: "board-table" },
      h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, heads)),
      body,
    ),
    none,
  );
  return {
    element,
    show(found) {
      rows = found;
      draw();
    },
  };
}
