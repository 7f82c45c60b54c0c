// @ts-check
// Where one begins: who one is, and where to go.

import { h } from "./dom.js";
import { expiry } from "./session.js";
import { spoken } from "./words_board.js";

/** @param {HTMLElement} root @param {{ words: any, session: any }} parts */
export async function show(root, { words, session }) {
  const { t, language } = spoken(words);
  const place = h("div");
  const controller = new AbortController();

  async function people() {
    if (session.token) {
      const leave = { type: "button", class: "secondary", onclick: end };
      place.replaceChildren(
        h("p", { role: "status" }, t("home.now", { number: session.number })),
        h("button", leave, t("home.leave")),
      );
      return;
    }
    const holders = await demo(controller.signal);
    if (!holders.length) return place.replaceChildren();
    place.replaceChildren(
      h("h2", {}, t("home.people")),
      h("p", { class: "note" }, t("home.peopleNote")),
      h(
        "ul",
        { class: "choices" },
        holders.map((one) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", class: "choice", onclick: () => become(one) },
              h("strong", {}, one.number),
              h("span", {}, one.text[language] ?? one.text.en),
            ),
          ),
        ),
      ),
    );
  }

  /** @param {any} one */
  function become({ token, number }) {
    session.begin({ token, number, expiresAt: expiry(token) });
    people();
  }

  function end() {
    session.end();
    people();
  }

  const places = ["catalogue", "board", "query"];
  root.replaceChildren(
    h("h1", { tabindex: "-1" }, t("home.title")),
    h("p", { class: "lead" }, t("home.lead")),
    place,
    h("h2", {}, t("home.where")),
    h(
      "ul",
      { class: "choices" },
      places.map((name) =>
        h(
          "li",
          {},
          h(
            "a",
            { class: "choice", href: `#/${name}` },
            h("strong", {}, t(`${name}.title`)),
            h("span", {}, t(`home.${name}`)),
          ),
        ),
      ),
    ),
  );
  await people();
  return () => controller.abort();
}

/** The demonstration's people; none where this is no demonstration.
 * @param {AbortSignal} signal @returns {Promise<any[]>} */
async function demo(signal) {
  try {
    const reply = await fetch("/demo.json", { signal });
    return reply.ok ? (await reply.json()).holders : [];
  } catch {
    return [];
  }
}
