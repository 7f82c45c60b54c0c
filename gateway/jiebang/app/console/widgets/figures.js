// @ts-check
// The coverage board in figures: tiles, charts, and what did not load.

import { bars } from "./chart.js";
import { h } from "./dom.js";
import { duration, percent } from "./units.js";

/** How many bars a chart has at most. */
const MOST = 12;

/** @param {any[]} rows @param {any} coverage @param {any} t */
export function tiles(rows, coverage, t) {
  const asked = rows.reduce((sum, row) => sum + (row.asked ?? 0), 0);
  const answered = rows.reduce((sum, row) => sum + (row.connected ? row.answered : 0), 0);
  const connected = rows.filter((row) => row.connected).length;
  const found = [
    [t("board.platforms"), rows.length, ""],
    [t("board.connected"), connected, ""],
    [t("board.byHand"), rows.length - connected, ""],
    [
      t("board.success"),
      asked ? percent(answered / asked) : "–",
      asked ? t("board.ofAsked", { n: asked }) : t("board.none"),
    ],
    [t("board.connectorTile"), coverage.connectors?.length ?? 0, ""],
    [t("board.problems"), coverage.problems?.length ?? 0, ""],
  ];
  return h(
    "dl",
    { class: "tiles" },
    found.map(([name, value, note]) =>
      h(
        "div",
        { class: "tile" },
        h("dt", {}, name),
        h("dd", {}, String(value), note ? h("small", {}, ` ${note}`) : null),
      ),
    ),
  );
}

/** @param {any[]} found @param {any} t */
export function problems(found, t) {
  return h(
    "section",
    { class: found.length ? "problem" : "fine" },
    h("h2", {}, t("board.problems")),
    found.length
      ? h(
          "ul",
          {},
          found.map((one) => h("li", {}, h("code", {}, one.source), ` ${one.message}`)),
        )
      : h("p", {}, t("board.noProblems")),
  );
}

/** @param {any[]} rows @param {any} t */
export function answersChart(rows, t) {
  const shown = rows
    .filter((row) => row.asked)
    .sort((a, b) => b.unknownRate - a.unknownRate || b.asked - a.asked)
    .slice(0, MOST);
  return bars({
    title: t("board.answersChart"),
    note: t("board.answersNote", { n: shown.length }),
    columns: [t("board.platform"), t("board.answered"), t("board.unknown"), t("board.unknownRate")],
    most: 1,
    rows: shown.map((row) => ({
      label: row.platform.name,
      parts: [
        { value: row.answeredRate, tone: "good" },
        { value: row.unknownRate, tone: "poor" },
      ],
      text: percent(row.answeredRate),
      cells: [row.answered, row.unknown, percent(row.unknownRate)],
    })),
    tableLabel: t("board.asTable"),
    empty: t("board.noLookups"),
  });
}

/** @param {any[]} rows @param {any} t */
export function timeChart(rows, t) {
  const shown = rows
    .filter((row) => row.p95Ms !== null)
    .sort((a, b) => b.p95Ms - a.p95Ms)
    .slice(0, MOST);
  return bars({
    title: t("board.timeChart"),
    note: t("board.timeNote", { n: shown.length }),
    columns: [t("board.platform"), t("board.p50"), t("board.p95")],
    rows: shown.map((row) => ({
      label: row.platform.name,
      parts: [{ value: row.p95Ms, tone: "plain" }],
      text: duration(row.p95Ms, t),
      cells: [duration(row.p50Ms, t), duration(row.p95Ms, t)],
    })),
    tableLabel: t("board.asTable"),
    empty: t("board.noLookups"),
  });
}

/** @param {any[]} demand @param {any} t */
export function demandChart(demand, t) {
  return bars({
    title: t("board.demandChart"),
    note: t("board.demandNote"),
    columns: [t("board.platform"), t("board.times")],
    rows: demand.slice(0, MOST).map((one) => ({
      label: one.platform.name,
      parts: [{ value: one.asked, tone: "plain" }],
      text: String(one.asked),
      cells: [one.asked],
    })),
    tableLabel: t("board.asTable"),
    empty: t("board.noDemand"),
  });
}
