// @ts-check
// One renewal as it goes on: every order's way, what is left, and what only a person can do.

import { Expired, Unreachable } from "../data/client.js";
import { askToWithdraw } from "../widgets/confirmation.js";
import { h, keeping, planned } from "../widgets/dom.js";
import { overview, sections } from "../widgets/progress.js";
import { remainder } from "../data/breakdown.js";
import { told } from "../words/person.js";

/** Milliseconds between two attempts to reconnect, at first and at most. */
const [SOON, LATE] = [500, 15_000];

/** What is answered where an address is of another number's order, or of none. */
const MISSING = ["IDENTIFIER_NOT_FOUND", "INVALID_ARGUMENT"];

/** @param {HTMLElement} root @param {any} parts */
export async function show(root, { client, words: frame, route, session, failed }) {
  const words = await told(frame);
  root.classList.add("person");
  if (!session.token) throw new Expired();
  const { t } = words;
  const controller = new AbortController();
  const id = decoded(route.slice(route.indexOf("/") + 1));
  /** @type {any} */
  let renewal = await client.ask("Renewal", { id }, controller.signal).then(
    (/** @type {any} */ data) => data.renewal,
    (/** @type {any} */ error) => {
      if (!MISSING.includes(error.code)) throw error;
    },
  );
  if (!renewal) {
    root.replaceChildren(missing(t));
    return () => {};
  }
  /** @type {Map<string, import("../widgets/timeline.js").Event[]>} */
  const history = new Map();
  /** @type {string | null} */
  let cursor = null;
  let link = "live";

  const title = h("h1", { tabindex: "-1" }, t("renewal.title", { number: renewal.number }));
  const live = h("p", { class: "note noprint", role: "status" });
  const head = h("section", { class: "panel overview", "aria-label": t("accounts.overview") });
  const body = h("div", {});
  const said = h("p", { class: "said wrong", role: "alert" });
  root.replaceChildren(
    title,
    h("p", { class: "note noprint" }, t("renewal.keep")),
    head,
    said,
    body,
  );

  /** A mutation that answers with the changed renewal. @param {string} operation @param {object} input */
  async function change(operation, input) {
    said.textContent = "";
    try {
      const [answer] = /** @type {any[]} */ (Object.values(await client.ask(operation, { input })));
      if (answer.__typename === "Refused")
        said.textContent = [answer.message, answer.hint].filter(Boolean).join(" ");
      else renewal = answer.renewal;
      draw();
    } catch (error) {
      if (!(error instanceof Unreachable)) return failed(error);
      said.textContent = t("unreachable.text");
      draw(); // a box that was ticked meanwhile is not
    }
  }

  const plan = planned(draw);

  function draw() {
    if (controller.signal.aborted) return;
    const left = remainder(renewal);
    const state = renewal.settled ? "ended" : link === "live" ? "live" : "reconnecting";
    live.textContent = t(`renewal.${state}`);
    keeping(root, () => {
      head.replaceChildren(...overview(renewal, left, words, live, { withdraw, copy }));
      body.replaceChildren(...sections(renewal, left, history, words, change).filter(Boolean));
    });
  }

  const withdraw = () =>
    askToWithdraw(root, words, () => change("WithdrawRenewal", { id: renewal.id }));

  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      live.textContent = t("renewal.copied");
    } catch {
      live.textContent = location.href;
    }
  }

  /** @param {any} data */
  function heard({ renewalProgress: step }) {
    cursor = step.cursor;
    for (const [kind, list] of [
      ["action", renewal.actions],
      ["inquiry", renewal.inquiries],
    ]) {
      const one = step[kind];
      if (!one) continue;
      const place = list.findIndex((/** @type {any} */ known) => known.id === one.id);
      if (place < 0) list.push(one);
      else list[place] = one;
      history.set(one.id, [...(history.get(one.id) ?? []), { at: step.at, status: step.status }]);
    }
    Object.assign(renewal, { status: step.renewal.status, settled: step.renewal.settled });
    link = "live";
    plan();
  }

  async function run() {
    let wait = SOON;
    while (!controller.signal.aborted) {
      try {
        await client.follow(
          "RenewalProgress",
          { id, after: cursor },
          (/** @type {any} */ data) => {
            wait = SOON;
            heard(data);
          },
          controller.signal,
        );
        renewal = (await client.ask("Renewal", { id }, controller.signal)).renewal;
        plan();
        if (renewal.settled) return;
      } catch (error) {
        if (controller.signal.aborted) return;
        if (error instanceof Expired) return failed(error);
        link = "lost";
        plan();
      }
      await new Promise((resume) => setTimeout(resume, wait));
      wait = Math.min(wait * 2, LATE);
    }
  }

  draw();
  run();
  return () => controller.abort();
}

/** @param {(key: string) => string} t */
function missing(t) {
  return h(
    "section",
    { class: "problem", role: "alert" },
    h("h1", { tabindex: "-1" }, t("renewal.missing")),
    h("p", {}, t("renewal.missingText")),
    h("a", { class: "button", href: "#/accounts" }, t("renewal.back")),
  );
}

/** What was written by `encodeURIComponent`; whatever else stands in an address is no id. @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
