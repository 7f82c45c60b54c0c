// @ts-check
// The coverage board: for those who run the service.

import { bars } from "./chart.js";
import { h } from "./dom.js";
import { demoOperator, keepOperatorToken, operatorToken } from "./operator.js";
import { ask, Refused } from "./request.js";
import { sortable } from "./table.js";
import { spoken } from "./words_board.js";

/** How many bars a chart has at most. */
const MOST = 12;

/** @param {HTMLElement} root @param {{ words: any }} parts */
export async function show(root, { words }) {
  const { t, language } = spoken(words);
  const controller = new AbortController();
  const heading = h("h1", { tabindex: "-1" }, t("board.title"));
  const place = h("div", { class: "board" });
  root.replaceChildren(heading, h("p", { class: "lead" }, t("board.lead")), place);

  async function load() {
    const token = operatorToken();
    if (!token) return enter("");
    place.setAttribute("aria-busy", "true");
    try {
      const { coverage } = await ask("CoverageBoard", {
        token,
        language,
        signal: controller.signal,
      });
      place.replaceChildren(...drawn(coverage, { t, language, refresh: load, leave }));
    } catch (error) {
      if (controller.signal.aborted) return;
      if (error instanceof Refused) {
        keepOperatorToken(null);
        enter(t("board.refused", { message: error.message }));
      } else {
        const retry = h("button", { type: "button", onclick: load }, t("board.refresh"));
        const said = t("board.failed", { message: t("query.unreachable") });
        place.replaceChildren(h("p", { class: "problem", role: "alert" }, said), retry);
      }
    } finally {
      place.removeAttribute("aria-busy");
    }
  }

  function leave() {
    keepOperatorToken(null);
    enter("");
    heading.focus();
  }

  /** Ask for a token, and say why. @param {string} refusal */
  async function enter(refusal) {
    const field = h("input", { id: "operator-token", type: "password", autocomplete: "off", required: true });
    const become = (/** @type {string} */ token) => {
      keepOperatorToken(token);
      return load();
    };
    const form = h(
      "form",
      {
        class: "card",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          become(field.value.trim());
        },
      },
      h("h2", {}, t("board.needed")),
      h("p", {}, t("board.neededWhy")),
      refusal && h("p", { class: "problem", role: "alert" }, refusal),
      h("label", { for: "operator-token" }, t("board.token")),
      field,
      h("p", { class: "note" }, t("board.tokenNote")),
      h("button", { type: "submit", class: "primary" }, t("board.enter")),
    );
    place.replaceChildren(form);
    const demo = await demoOperator();
    if (demo && form.isConnected) {
      const button = { type: "button", class: "secondary", onclick: () => become(demo) };
      form.append(h("button", button, t("board.demo")));
    }
  }

  await load();
  return () => controller.abort();
}

/** @param {any} coverage @param {any} parts @returns {HTMLElement[]} */
function drawn(coverage, { t, language, refresh, leave }) {
  const rows = coverage.platforms.map((/** @type {any} */ one) => ({ ...one, ...rates(one) }));
  const time = new Date().toLocaleTimeString(language);
  return [
    h(
      "div",
      { class: "board-bar" },
      h("p", { class: "note", role: "status" }, t("board.asOf", { time })),
      h("button", { type: "button", class: "secondary", onclick: refresh }, t("board.refresh")),
      h("button", { type: "button", class: "quiet", onclick: leave }, t("board.leave")),
    ),
    tiles(rows, coverage, t),
    problems(coverage.problems ?? [], t),
    h(
      "div",
      { class: "charts" },
      answersChart(rows, t),
      timeChart(rows, t),
      demandChart(coverage.demand ?? [], t),
    ),
    platforms(rows, t, language),
    connectors(coverage.connectors ?? [], t, language),
  ];
}

/** How often it was asked, and the shares of what came of that; null while nobody asked.
 * Steps by hand are no answer of a platform's. @param {any} one */
function rates(one) {
  const connected = one.precedence !== "GUIDE";
  const asked = connected ? one.answered + one.unknown : null;
  return {
    connected,
    asked,
    answeredRate: asked ? one.answered / asked : null,
    unknownRate: asked ? one.unknown / asked : null,
  };
}

/** @param {any[]} rows @param {any} coverage @param {any} t */
function tiles(rows, coverage, t) {
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
function problems(found, t) {
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
function answersChart(rows, t) {
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
function timeChart(rows, t) {
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
function demandChart(demand, t) {
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

const LEVELS = [null, "LISTED", "BRONZE", "SILVER", "GOLD"];

/** @param {any[]} rows @param {any} t @param {string} language */
function platforms(rows, t, language) {
  const category = (/** @type {any} */ row) => t(`category.${row.platform.category}`);
  const { element, show: list } = sortable({
    caption: t("board.table"),
    language,
    empty: t("board.nothing"),
    columns: [
      { title: t("board.platform"), value: (row) => row.platform.name, cell: named },
      { title: t("board.category"), value: category },
      { title: t("board.connector"), value: (row) => row.connector, cell: speaker },
      {
        title: t("board.level"),
        value: (row) => LEVELS.indexOf(row.level),
        cell: (row) => badge(row.level, t),
      },
      { title: t("board.unbinding"), value: (row) => t(`delivery.${row.unbinding}`) },
      { title: t("board.asked"), value: (row) => row.asked, number: true },
      {
        title: t("board.answeredRate"),
        value: (row) => row.answeredRate,
        cell: (row) => percent(row.answeredRate),
        number: true,
      },
      {
        title: t("board.unknownRate"),
        value: (row) => row.unknownRate,
        cell: (row) => percent(row.unknownRate),
        number: true,
      },
      {
        title: t("board.p50"),
        value: (row) => row.p50Ms,
        cell: (r) => duration(r.p50Ms, t),
        number: true,
      },
      {
        title: t("board.p95"),
        value: (row) => row.p95Ms,
        cell: (r) => duration(r.p95Ms, t),
        number: true,
      },
    ],
  });
  const field = h("input", { id: "board-filter", type: "search", autocomplete: "off", oninput: narrow });
  const only = h("input", { id: "board-connected", type: "checkbox", onchange: narrow });
  const count = h("p", { class: "note", role: "status" });

  function narrow() {
    const wanted = field.value.trim().toLowerCase();
    const left = rows.filter((row) => {
      const text = [row.platform.name, row.platform.id, row.connector, category(row)].join(" ");
      return (row.connected || !only.checked) && text.toLowerCase().includes(wanted);
    });
    list(left);
    count.textContent = t("board.shown", { n: left.length, all: rows.length });
  }

  /** @param {any} row */
  function named(row) {
    const absent = row.absentSince && h("small", { class: "warn" }, t("board.absent"));
    return h("span", {}, row.platform.name, " ", h("small", {}, row.platform.id), " ", absent);
  }

  /** @param {any} row */
  function speaker(row) {
    const how = h("small", {}, t(`precedence.${row.precedence}`));
    return h("span", {}, h("code", {}, row.connector), " ", how);
  }

  narrow();
  return h(
    "section",
    {},
    h("h2", {}, t("board.table")),
    h(
      "div",
      { class: "filters" },
      h(
        "div",
        {},
        h(
          "label",
          { for: "board-filter" },
          t("board.filter"),
          " ",
          h("small", {}, t("board.filterNote")),
        ),
        field,
      ),
      h("label", { class: "check", for: "board-connected" }, only, " ", t("board.onlyConnected")),
    ),
    count,
    element,
  );
}

/** @param {any[]} found @param {any} t @param {string} language */
function connectors(found, t, language) {
  const { element, show: list } = sortable({
    caption: t("board.connectors", { n: found.length }),
    language,
    empty: t("board.nothing"),
    columns: [
      { title: t("board.connector"), value: (row) => row.id },
      { title: t("board.version"), value: (row) => row.version },
      {
        title: t("board.level"),
        value: (row) => LEVELS.indexOf(row.level),
        cell: (row) => badge(row.level, t),
      },
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
  list(found);
  const summary = h("summary", {}, h("h2", {}, t("board.connectors", { n: found.length })));
  return h("details", { class: "board-connectors" }, summary, element);
}

/** @param {string | null} level @param {any} t */
export function badge(level, t) {
  return h(
    "span",
    { class: `level level-${(level ?? "none").toLowerCase()}` },
    h("span", { class: "hidden" }, `${t("board.level")} `),
    t(`level.${level}`),
  );
}

/** @param {number | null} share */
function percent(share) {
  if (share === null) return "–";
  // All of it and nothing of it are said only where they are true.
  const rounded = Math.round(share * 100);
  return `${share < 1 && share > 0 ? Math.min(99, Math.max(1, rounded)) : rounded} %`;
}

/** @param {number | null} ms @param {any} t */
function duration(ms, t) {
  if (ms === null) return "–";
  return ms < 1000 ? t("board.ms", { n: ms }) : t("board.seconds", { n: (ms / 1000).toFixed(1) });
}
