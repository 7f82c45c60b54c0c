// @ts-check
// The coverage board: for those who run the service.

import { Client } from "../data/client.js";
import { h } from "../widgets/dom.js";
import { answersChart, demandChart, problems, tiles, timeChart } from "../widgets/figures.js";
import { connectors, platforms } from "../widgets/inventory.js";
import { demoOperator, keepOperatorToken, operatorToken } from "../data/operator.js";
import { Refused } from "../data/request.js";
import { spoken } from "../words/board.js";

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
      const { coverage } = await new Client({ token }, () => language).ask(
        "CoverageBoard",
        {},
        controller.signal,
      );
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
    const field = h("input", {
      id: "operator-token",
      type: "password",
      autocomplete: "off",
      required: true,
    });
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
