// @ts-check
// Try a query: any text where the gateway allows it, its trusted documents everywhere.

import { h } from "../widgets/dom.js";
import { editor } from "../widgets/editor.js";
import { operatorToken } from "../data/operator.js";
import { browser } from "../widgets/reference.js";
import { post } from "../data/request.js";
import { spoken } from "../words/board.js";

const FIRST = "query Hello {\n  __typename\n}\n";
/** How many requests are remembered, while the page is open. */
const MOST = 20;

/** @typedef {{ query: string, variables: string, name: string, said: string }} Past */
/** @type {Past[]} */
const history = [];

/** @param {HTMLElement} root @param {{ words: any, session: any }} parts */
export async function show(root, { words, session }) {
  const { t, language } = spoken(words);
  /** @type {AbortController | null} */
  let running = null;

  const result = h(
    "pre",
    { class: "result", tabindex: "0", "aria-label": t("query.result") },
    t("query.noResult"),
  );
  const said = h("p", { class: "note", role: "status" });
  const notice = h("p", { class: "problem", role: "alert", hidden: true });
  const past = h("div");
  const who = people();
  const text = editor({ id: "query-text", label: t("query.document"), text: FIRST, rows: 16, run });
  const variables = editor({
    id: "query-variables",
    label: t("query.variables"),
    text: "{}",
    rows: 5,
    run,
  });
  const go = h("button", { type: "button", class: "primary", onclick: run }, t("query.run"));
  const stop = h(
    "button",
    { type: "button", class: "secondary", hidden: true, onclick: () => running?.abort() },
    t("query.stop"),
  );

  function people() {
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
    const given = parsed(variables.area.value);
    warn(given instanceof Error ? t("query.badVariables", { message: given.message }) : "");
    if (given instanceof Error) return variables.area.focus();
    running?.abort();
    const current = (running = new AbortController());
    const query = text.area.value;
    const kind = /^\s*subscription\b/m.test(query);
    /** @type {any[]} */
    const seen = [];
    said.textContent = t("query.running");
    stop.hidden = false;
    try {
      const reply = await post(
        { query, variables: given },
        {
          token: who.token(),
          language,
          signal: current.signal,
          onevent: kind
            ? (event, ms) => {
                seen.push(event);
                print(seen);
                said.textContent = t("query.event", { n: seen.length, ms });
              }
            : undefined,
        },
      );
      if (reply.body === null) {
        said.textContent = t("query.ended", { n: seen.length, ms: reply.ms });
      } else {
        print(reply.body);
        said.textContent = t("query.answered", { status: reply.status, ms: reply.ms });
        const code = reply.body.errors?.[0]?.extensions?.code;
        warn(code === "PERSISTED_QUERY_REQUIRED" ? t("query.enforced") : "");
      }
    } catch {
      said.textContent = t(current.signal.aborted ? "query.stopped" : "query.unreachable");
    } finally {
      if (running === current) {
        running = null;
        stop.hidden = true;
      }
    }
    remember(query, variables.area.value, said.textContent ?? "");
  }

  /** @param {unknown} answer */
  function print(answer) {
    result.textContent = JSON.stringify(answer, null, 2);
  }

  /** @param {string} message Empty takes the notice away. */
  function warn(message) {
    notice.hidden = !message;
    notice.textContent = message;
  }

  /** @param {string} query @param {string} given @param {string} came */
  function remember(query, given, came) {
    const name =
      /\b(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? t("query.anonymous");
    history.unshift({ query, variables: given, name, said: came });
    history.length = Math.min(history.length, MOST);
    recall();
  }

  function recall() {
    past.replaceChildren(
      history.length
        ? h(
            "ol",
            { class: "history" },
            history.map((one) =>
              h(
                "li",
                {},
                h(
                  "button",
                  { type: "button", class: "link", onclick: () => fill(one.query, one.variables) },
                  one.name,
                ),
                " ",
                h("small", {}, one.said),
              ),
            ),
          )
        : h("p", { class: "note" }, t("query.noHistory")),
    );
  }

  /** @param {string} query @param {string} given */
  function fill(query, given) {
    text.set(query);
    variables.set(given);
    warn("");
    text.area.focus();
    text.area.setSelectionRange(0, 0);
    text.area.scrollTop = 0;
  }

  const side = h("div", { class: "query-side" });
  recall();
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("query.title")),
    h("p", { class: "lead" }, t("query.lead")),
    h(
      "div",
      { class: "query" },
      h(
        "div",
        { class: "query-main" },
        text.element,
        variables.element,
        h(
          "div",
          { class: "query-bar" },
          h("div", {}, h("label", { for: "query-as" }, t("query.as")), who.select),
          go,
          stop,
          h("span", { class: "note" }, t("query.hint")),
        ),
        notice,
        h("h2", {}, t("query.result")),
        said,
        result,
      ),
      side,
    ),
  );
  try {
    const reply = await fetch("/console/schema.json");
    const { types, documents } = await reply.json();
    side.append(
      h("h2", {}, t("query.examples")),
      h("p", { class: "note" }, t("query.examplesNote")),
      h(
        "ul",
        { class: "examples" },
        documents.map((/** @type {any} */ one) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", class: "example", onclick: () => fill(one.text, blank(one.text)) },
              h("strong", {}, one.name),
              h("small", {}, one.about),
            ),
          ),
        ),
      ),
      h("h2", {}, t("query.history")),
      past,
      h("h2", {}, t("query.schema")),
      browser(types, t),
    );
  } catch {
    side.append(
      h(
        "p",
        { class: "problem", role: "alert" },
        t("query.failed", { message: t("query.unreachable") }),
      ),
    );
  }
  return () => running?.abort();
}

/** The variables that a document asks for, to be filled in. @param {string} text */
function blank(text) {
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
function parsed(text) {
  if (!text.trim()) return {};
  try {
    const found = JSON.parse(text);
    return found !== null && typeof found === "object" && !Array.isArray(found)
      ? found
      : new Error("{ … }");
  } catch (error) {
    return /** @type {Error} */ (error);
  }
}
