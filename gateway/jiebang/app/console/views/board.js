// @ts-check
// The coverage board, for operators: how well each platform answers, and what people miss.

import { Client } from "../data/client.js";
import { fetchDemo, operatorToken, storeOperatorToken } from "../data/operator.js";
import { RefusedError } from "../data/request.js";
import { h } from "../widgets/dom.js";
import { answersChart, demandChart, problems, tiles, timeChart } from "../widgets/figures.js";
import { connectorTable, platformTable } from "../widgets/board_tables.js";
import { loadBoardWords } from "../words/board.js";

/** @param {HTMLElement} root @param {{ words: any }} context */
export async function show(root, { words }) {
  const { t, language } = await loadBoardWords(words);
  const controller = new AbortController();
  const heading = h("h1", { tabindex: "-1" }, t("board.title"));
  const place = h("div.board");
  root.replaceChildren(heading, h("p.lead", t("board.lead")), place);

  async function load() {
    const token = operatorToken();
    if (!token) return showTokenForm("");
    place.setAttribute("aria-busy", "true");
    try {
      const { coverage } = await new Client({ token }, () => language).ask(
        "CoverageBoard",
        {},
        controller.signal,
      );
      place.replaceChildren(...sections(coverage, { t, language, refresh: load, leave }));
    } catch (error) {
      if (controller.signal.aborted) return;
      if (error instanceof RefusedError) {
        storeOperatorToken(null);
        showTokenForm(t("board.refused", { message: error.message }));
      } else {
        const retry = h("button", { onclick: load }, t("board.refresh"));
        const message = t("board.failed", { message: t("query.unreachable") });
        place.replaceChildren(h("p.problem", { role: "alert" }, message), retry);
      }
    } finally {
      place.removeAttribute("aria-busy");
    }
  }

  function leave() {
    storeOperatorToken(null);
    showTokenForm("");
    heading.focus();
  }

  /** Asks for a token. @param {string} refusal Why the last one was refused; may be empty. */
  async function showTokenForm(refusal) {
    const field = h("input", {
      id: "operator-token",
      type: "password",
      autocomplete: "off",
      required: true,
    });
    const enter = (/** @type {string} */ token) => {
      storeOperatorToken(token);
      return load();
    };
    const form = h(
      "form.card",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          enter(field.value.trim());
        },
      },
      h("h2", t("board.needed")),
      h("p", t("board.neededWhy")),
      refusal && h("p.problem", { role: "alert" }, refusal),
      h("label", { for: "operator-token" }, t("board.token")),
      field,
      h("p.note", t("board.tokenNote")),
      h("button.primary", { type: "submit" }, t("board.enter")),
    );
    place.replaceChildren(form);
    const demo = (await fetchDemo())?.operator;
    if (demo && form.isConnected) {
      const button = { class: "secondary", onclick: () => enter(demo) };
      form.append(h("button", button, t("board.demo")));
    }
  }

  await load();
  return () => controller.abort();
}

/** @param {any} coverage @param {any} options @returns {HTMLElement[]} */
function sections(coverage, { t, language, refresh, leave }) {
  const rows = coverage.platforms.map((/** @type {any} */ one) => ({ ...one, ...rates(one) }));
  const time = new Date().toLocaleTimeString(language);
  return [
    h(
      "div.board-bar",
      h("p.note", { role: "status" }, t("board.asOf", { time })),
      h("button.secondary", { onclick: refresh }, t("board.refresh")),
      h("button.quiet", { onclick: leave }, t("board.leave")),
    ),
    tiles(rows, coverage, t),
    problems(coverage.problems ?? [], t),
    h(
      "div.charts",
      answersChart(rows, t),
      timeChart(rows, t),
      demandChart(coverage.demand ?? [], t),
    ),
    platformTable(rows, t, language),
    connectorTable(coverage.connectors ?? [], t, language),
  ];
}

/**
 * The number of lookups and the shares of their outcomes; null if there were none. A platform with
 * manual steps only is never asked, so showing its steps does not count as an answer.
 * @param {any} one
 */
function rates(one) {
  const hasInterface = one.precedence !== "GUIDE";
  const lookups = hasInterface ? one.answered + one.unknown : null;
  return {
    hasInterface,
    lookups,
    answeredRate: lookups ? one.answered / lookups : null,
    unknownRate: lookups ? one.unknown / lookups : null,
  };
}
