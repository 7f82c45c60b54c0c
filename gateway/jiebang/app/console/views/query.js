// @ts-check
// The query panel: runs the trusted documents on every gateway, and any other query where the
// gateway allows it.

import { operatorToken } from "../data/operator.js";
import { post } from "../data/request.js";
import { h, list } from "../widgets/dom.js";
import { editor } from "../widgets/editor.js";
import { reference } from "../widgets/reference.js";
import { boardWords } from "../words/board.js";

const FIRST = "query Hello {\n  __typename\n}\n";
/** How many requests are remembered until the page is closed. */
const MAX_HISTORY = 20;

/** @typedef {{ query: string, variables: string, name: string, outcome: string }} Entry */
/** @type {Entry[]} */
const history = [];

/** @param {HTMLElement} root @param {{ words: any, session: any }} context */
export async function show(root, { words, session }) {
  const { t, language } = boardWords(words);
  /** @type {AbortController | null} */
  let controller = null;

  const result = h(
    "pre.result",
    { tabindex: "0", "aria-label": t("query.result") },
    t("query.noResult"),
  );
  const status = h("p.note", { role: "status" });
  const notice = h("p.problem", { role: "alert", hidden: true });
  const historyPlace = h("div");
  const identity = identityPicker();
  const text = editor({ id: "query-text", label: t("query.document"), text: FIRST, rows: 16, run });
  const variables = editor({
    id: "query-variables",
    label: t("query.variables"),
    text: "{}",
    rows: 5,
    run,
  });
  const runButton = h("button.primary", { onclick: run }, t("query.run"));
  const stopButton = h(
    "button.secondary",
    { hidden: true, onclick: () => controller?.abort() },
    t("query.stop"),
  );

  function identityPicker() {
    /** @type {Record<string, string | null>} */
    const tokens = { person: session.token, operator: operatorToken(), nobody: null };
    const choices = Object.keys(tokens).filter((name) => tokens[name] || name === "nobody");
    /** @type {Record<string, string>} */
    const names = {
      person: t("query.asPerson"),
      operator: t("query.asOperator"),
      nobody: t("query.asNobody"),
    };
    const select = h(
      "select",
      { id: "query-as" },
      choices.map((name) => h("option", { value: name }, names[name])),
    );
    return { select, token: () => tokens[select.value] };
  }

  async function run() {
    const values = parseVariables(variables.area.value);
    warn(values instanceof Error ? t("query.badVariables", { message: values.message }) : "");
    if (values instanceof Error) return variables.area.focus();
    controller?.abort();
    const current = (controller = new AbortController());
    const query = text.area.value;
    const isSubscription = /^\s*subscription\b/m.test(query);
    /** @type {any[]} */
    const events = [];
    status.textContent = t("query.running");
    stopButton.hidden = false;
    try {
      const reply = await post(
        { query, variables: values },
        {
          token: identity.token(),
          language,
          signal: current.signal,
          onevent: isSubscription
            ? (event, ms) => {
                events.push(event);
                print(events);
                status.textContent = t("query.event", { n: events.length, ms });
              }
            : undefined,
        },
      );
      if (reply.body === null) {
        status.textContent = t("query.ended", { n: events.length, ms: reply.ms });
      } else {
        print(reply.body);
        status.textContent = t("query.answered", { status: reply.status, ms: reply.ms });
        const code = reply.body.errors?.[0]?.extensions?.code;
        warn(code === "PERSISTED_QUERY_REQUIRED" ? t("query.enforced") : "");
      }
    } catch {
      status.textContent = t(current.signal.aborted ? "query.stopped" : "query.unreachable");
    } finally {
      if (controller === current) {
        controller = null;
        stopButton.hidden = true;
      }
    }
    remember(query, variables.area.value, status.textContent ?? "");
  }

  /** @param {unknown} answer */
  function print(answer) {
    result.textContent = JSON.stringify(answer, null, 2);
  }

  /** @param {string} message An empty one hides the notice. */
  function warn(message) {
    notice.hidden = !message;
    notice.textContent = message;
  }

  /** @param {string} query @param {string} values @param {string} outcome */
  function remember(query, values, outcome) {
    const name =
      /\b(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? t("query.anonymous");
    history.unshift({ query, variables: values, name, outcome });
    history.length = Math.min(history.length, MAX_HISTORY);
    drawHistory();
  }

  function drawHistory() {
    historyPlace.replaceChildren(
      history.length
        ? list("ol.history", history, (one) => [
            h("button.link", { onclick: () => fill(one.query, one.variables) }, one.name),
            " ",
            h("small", one.outcome),
          ])
        : h("p.note", t("query.noHistory")),
    );
  }

  /** @param {string} query @param {string} values */
  function fill(query, values) {
    text.set(query);
    variables.set(values);
    warn("");
    text.area.focus();
    text.area.setSelectionRange(0, 0);
    text.area.scrollTop = 0;
  }

  const side = h("div.query-side");
  drawHistory();
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("query.title")),
    h("p.lead", t("query.lead")),
    h(
      "div.query",
      h(
        "div.query-main",
        text.element,
        variables.element,
        h(
          "div.query-bar",
          h("div", h("label", { for: "query-as" }, t("query.as")), identity.select),
          runButton,
          stopButton,
          h("span.note", t("query.hint")),
        ),
        notice,
        h("h2", t("query.result")),
        status,
        result,
      ),
      side,
    ),
  );
  try {
    const reply = await fetch("/console/schema.json");
    const { types, documents } = await reply.json();
    side.append(
      h("h2", t("query.examples")),
      h("p.note", t("query.examplesNote")),
      list("ul.examples", documents, (one) =>
        h(
          "button.example",
          { onclick: () => fill(one.text, variableTemplate(one.text)) },
          h("strong", one.name),
          h("small", one.about),
        ),
      ),
      h("h2", t("query.history")),
      historyPlace,
      h("h2", t("query.schema")),
      reference(types, t),
    );
  } catch {
    side.append(
      h("p.problem", { role: "alert" }, t("query.failed", { message: t("query.unreachable") })),
    );
  }
  return () => controller?.abort();
}

/** The required variables of a document as JSON, to be filled in. @param {string} text */
function variableTemplate(text) {
  const head = text.slice(0, text.indexOf("{"));
  const names = [...head.matchAll(/\$(\w+)\s*:\s*([^\s,$)]+)/g)];
  return JSON.stringify(
    Object.fromEntries(
      names
        .filter(([, , type]) => type.endsWith("!"))
        .map(([, name, type]) => [name, type.startsWith("ID") ? "" : {}]),
    ),
    null,
    2,
  );
}

/** @param {string} text @returns {object | Error} */
function parseVariables(text) {
  if (!text.trim()) return {};
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? value
      : new Error("{ … }");
  } catch (error) {
    return /** @type {Error} */ (error);
  }
}
