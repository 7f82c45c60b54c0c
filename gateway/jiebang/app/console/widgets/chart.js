// @ts-check
// A bar chart that can be read without seeing it: each bar has its value beside it, and a table has
// all numbers.

import { h, svg } from "./dom.js";

/**
 * @typedef {object} Part One segment of a bar.
 * @property {number} value In the unit of all bars of the chart.
 * @property {"good" | "poor" | "plain"} tone
 *
 * @typedef {object} Row
 * @property {string} label
 * @property {Part[]} parts From the left.
 * @property {string} text The text beside the bar.
 * @property {(string | number)[]} cells The table's cells after the label.
 *
 * @typedef {object} Chart
 * @property {string} title
 * @property {string} note How to read the chart, and what it measures.
 * @property {string[]} columns Headings of the table; the first is that of the labels.
 * @property {Row[]} rows
 * @property {number} [most] The value of a full bar; by default that of the longest row.
 * @property {string} tableLabel The text that opens the table.
 * @property {string} empty Shown instead if there are no rows.
 */

/** @param {Chart} chart @returns {HTMLElement} */
export function barChart(chart) {
  const most = chart.most ?? Math.max(...chart.rows.map(total), 0);
  return h(
    "figure.chart",
    h("figcaption", h("h3", chart.title), h("p.note", chart.note)),
    chart.rows.length
      ? [
          // Hidden from screen readers, because the table says the same.
          h(
            "div.chart-rows",
            { "aria-hidden": "true" },
            chart.rows.map((row) => [
              h("span.chart-label", row.label),
              bar(row, most),
              h("span.chart-value", row.text),
            ]),
          ),
          table(chart),
        ]
      : h("p.empty", chart.empty),
  );
}

/** @param {Row} row */
function total(row) {
  return row.parts.reduce((sum, part) => sum + part.value, 0);
}

/** @param {Row} row @param {number} most @returns {SVGElement} */
function bar(row, most) {
  const drawing = svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", class: "bar" });
  drawing.append(svg("rect", { y: 4.5, width: 100, height: 1, class: "bar-track" }));
  let left = 0;
  for (const part of row.parts) {
    const width = most > 0 ? (part.value / most) * 100 : 0;
    if (width > 0) {
      // Segments differ in height too, for people who cannot tell the colours apart.
      const [y, height] = part.tone === "poor" ? [3, 4] : [0, 10];
      drawing.append(svg("rect", { x: left, y, width, height, class: `bar-${part.tone}` }));
    }
    left += width;
  }
  return drawing;
}

/** @param {Chart} chart */
function table(chart) {
  const [first, ...others] = chart.columns;
  return h(
    "details.chart-table",
    h("summary", chart.tableLabel),
    h(
      "table",
      h("caption.hidden", chart.title),
      h(
        "thead",
        h(
          "tr",
          h("th", { scope: "col" }, first),
          others.map((head) => h("th.number", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        chart.rows.map((row) =>
          h(
            "tr",
            h("th", { scope: "row" }, row.label),
            row.cells.map((cell) => h("td.number", String(cell))),
          ),
        ),
      ),
    ),
  );
}
