// @ts-check
// The view of one renewal: the progress of its actions, what is left, and what only the person can
// do. It follows the renewal's events, so that nobody has to reload it.

import { breakdown } from "../data/breakdown.js";
import { ExpiredError, UnreachableError } from "../data/client.js";
import { confirmWithdrawal } from "../widgets/confirmation.js";
import { h, preserveState, schedule } from "../widgets/dom.js";
import { overview, sections } from "../widgets/progress.js";
import { loadPersonWords } from "../words/person.js";

/** The shortest and the longest wait before reconnecting, in milliseconds. */
const [MIN_WAIT, MAX_WAIT] = [500, 15_000];

/** Error codes for an id of another number's renewal, or of none. */
const MISSING = ["IDENTIFIER_NOT_FOUND", "INVALID_ARGUMENT"];

/** @param {HTMLElement} root @param {any} context */
export async function show(root, { client, words: frame, route, session, showError }) {
  const words = await loadPersonWords(frame);
  root.classList.add("person");
  if (!session.token) throw new ExpiredError();
  const { t } = words;
  const controller = new AbortController();
  const id = decodeId(route.slice(route.indexOf("/") + 1));
  /** @type {any} */
  let renewal = await client.ask("Renewal", { id }, controller.signal).then(
    (/** @type {any} */ data) => data.renewal,
    (/** @type {any} */ error) => {
      if (!MISSING.includes(error.code)) throw error;
    },
  );
  if (!renewal) {
    root.replaceChildren(missingNotice(t));
    return () => {};
  }
  /** @type {Map<string, import("../widgets/timeline.js").Event[]>} */
  const history = new Map();
  /** @type {string | null} */
  let cursor = null;
  let isConnected = true;

  const title = h("h1", { tabindex: "-1" }, t("renewal.title", { number: renewal.number }));
  const connectionStatus = h("p.note.noprint", { role: "status" });
  const head = h("section.panel.overview", { "aria-label": t("accounts.overview") });
  const body = h("div");
  const message = h("p.said.wrong", { role: "alert" });
  root.replaceChildren(title, h("p.note.noprint", t("renewal.keep")), head, message, body);

  /**
   * Sends a mutation that answers with the changed renewal.
   * @param {string} operation @param {object} input
   */
  async function change(operation, input) {
    message.textContent = "";
    try {
      const [answer] = /** @type {any[]} */ (Object.values(await client.ask(operation, { input })));
      if (answer.__typename === "Refused")
        message.textContent = [answer.message, answer.hint].filter(Boolean).join(" ");
      else renewal = answer.renewal;
      draw();
    } catch (error) {
      if (!(error instanceof UnreachableError)) return showError(error);
      message.textContent = t("unreachable.text");
      draw(); // unticks a box whose change was not saved
    }
  }

  const scheduleDraw = schedule(draw);

  function draw() {
    if (controller.signal.aborted) return;
    const left = breakdown(renewal);
    const state = renewal.settled ? "ended" : isConnected ? "live" : "reconnecting";
    connectionStatus.textContent = t(`renewal.${state}`);
    preserveState(root, () => {
      head.replaceChildren(...overview(renewal, left, words, connectionStatus, { withdraw, copy }));
      body.replaceChildren(...sections(renewal, left, history, words, change).filter(Boolean));
    });
  }

  const withdraw = () =>
    confirmWithdrawal(root, words, () => change("WithdrawRenewal", { id: renewal.id }));

  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      connectionStatus.textContent = t("renewal.copied");
    } catch {
      connectionStatus.textContent = location.href;
    }
  }

  /** @param {any} data */
  function applyStep({ renewalProgress: step }) {
    cursor = step.cursor;
    for (const [kind, list] of [
      ["action", renewal.actions],
      ["inquiry", renewal.inquiries],
    ]) {
      const one = step[kind];
      if (!one) continue;
      const index = list.findIndex((/** @type {any} */ other) => other.id === one.id);
      if (index < 0) list.push(one);
      else list[index] = one;
      history.set(one.id, [...(history.get(one.id) ?? []), { at: step.at, status: step.status }]);
    }
    Object.assign(renewal, { status: step.renewal.status, settled: step.renewal.settled });
    isConnected = true;
    scheduleDraw();
  }

  /** Follows the renewal's events, reconnecting where they broke off, until it is settled. */
  async function follow() {
    let wait = MIN_WAIT;
    while (!controller.signal.aborted) {
      try {
        await client.follow(
          "RenewalProgress",
          { id, after: cursor },
          (/** @type {any} */ data) => {
            wait = MIN_WAIT;
            applyStep(data);
          },
          controller.signal,
        );
        renewal = (await client.ask("Renewal", { id }, controller.signal)).renewal;
        scheduleDraw();
        if (renewal.settled) return;
      } catch (error) {
        if (controller.signal.aborted) return;
        if (error instanceof ExpiredError) return showError(error);
        isConnected = false;
        scheduleDraw();
      }
      await new Promise((resume) => setTimeout(resume, wait));
      wait = Math.min(wait * 2, MAX_WAIT);
    }
  }

  draw();
  follow();
  return () => controller.abort();
}

/** @param {(key: string) => string} t */
function missingNotice(t) {
  return h(
    "section.problem",
    { role: "alert" },
    h("h1", { tabindex: "-1" }, t("renewal.missing")),
    h("p", t("renewal.missingText")),
    h("a.button", { href: "#/accounts" }, t("renewal.back")),
  );
}

/**
 * The id in an address; empty if the address is malformed, so that it counts as missing.
 * @param {string} text
 */
function decodeId(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
