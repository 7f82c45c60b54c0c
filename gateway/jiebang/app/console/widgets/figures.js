// @ts-check
// The figures of the coverage board: tiles, charts, and a list of what failed to load.

import { barChart } from "./chart.js";
import { h, list } from "./dom.js";
import { duration, percent } from "./units.js";

/** The most bars in one chart, so that it stays readable; the table of platforms shows them all. */
const MAX_BARS = 12;

/** @param {any[]} rows @param {any} coverage @param {any} t */
export function tiles(rows, coverage, t) {
  const lookups = rows.reduce((sum, row) => sum + (row.lookups ?? 0), 0);
  const answers = rows.reduce((sum, row) => sum + (row.hasInterface ? row.answered : 0), 0);
  const interfaces = rows.filter((row) => row.hasInterface).length;
  const figures = [
    [t("board.platforms"), rows.length, ""],
    [t("board.connected"), interfaces, ""],
    [t("board.byHand"), rows.length - interfaces, ""],
    [
      t("board.success"),
      lookups ? percent(answers / lookups) : "–",
      lookups ? t("board.ofAsked", { n: lookups }) : t("board.none"),
    ],
    [t("board.connectorTile"), coverage.connectors?.length ?? 0, ""],
    [t("board.problems"), coverage.problems?.length ?? 0, ""],
  ];
  return h(
    "dl.tiles",
    figures.map(([name, value, note]) =>
      h("div.tile", h("dt", name), h("dd", String(value), note ? h("small", ` ${note}`) : null)),
    ),
  );
}

/** @param {any[]} faults @param {any} t */
export function problems(faults, t) {
  return h(
    "section",
    { class: faults.length ? "problem" : "fine" },
    h("h2", t("board.problems")),
    faults.length
      ? list("ul", faults, (one) => [h("code", one.source), ` ${one.message}`])
      : h("p", t("board.noProblems")),
  );
}

/** @param {any[]} rows @param {any} t */
export function answersChart(rows, t) {
  const top = rows
    .filter((row) => row.lookups)
    .sort((a, b) => b.unknownRate - a.unknownRate || b.lookups - a.lookups)
    .slice(0, MAX_BARS);
  return barChart({
    title: t("board.answersChart"),
    note: t("board.answersNote", { n: top.length }),
    columns: [t("board.platform"), t("board.answered"), t("board.unknown"), t("board.unknownRate")],
    most: 1,
    rows: top.map((row) => ({
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
  const top = rows
    .filter((row) => row.p95Ms !== null)
    .sort((a, b) => b.p95Ms - a.p95Ms)
    .slice(0, MAX_BARS);
  return barChart({
    title: t("board.timeChart"),
    note: t("board.timeNote", { n: top.length }),
    columns: [t("board.platform"), t("board.p50"), t("board.p95")],
    rows: top.map((row) => ({
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
  return barChart({
    title: t("board.demandChart"),
    note: t("board.demandNote"),
    columns: [t("board.platform"), t("board.times")],
    rows: demand.slice(0, MAX_BARS).map((one) => ({
      label: one.platform.name,
      parts: [{ value: one.asked, tone: "plain" }],
      text: String(one.asked),
      cells: [one.asked],
    })),
    tableLabel: t("board.asTable"),
    empty: t("board.noDemand"),
  });
}
