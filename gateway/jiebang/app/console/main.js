// @ts-check
// The frame around every view, and which view a route shows.

import { Client, Expired, Unreachable } from "./data/client.js";
import { h } from "./widgets/dom.js";
import { Refused } from "./data/request.js";
import { session } from "./data/session.js";
import { words } from "./words/index.js";
import { spoken } from "./words/board.js";
import { told } from "./words/person.js";

/** @type {Record<string, () => Promise<{ show: (root: HTMLElement, parts: any) => Promise<() => void> }>>} */
const ROUTES = {
  "": () => import("./views/home.js"),
  accounts: () => import("./views/accounts.js"),
  renewal: () => import("./views/renewal.js"),
  catalogue: () => import("./views/catalogue.js"),
  board: () => import("./views/board.js"),
  query: () => import("./views/query.js"),
};

const main = h("main", { id: "content", tabindex: "-1" });
const header = h("header", { class: "frame" });
const offline = h("p", { class: "banner", role: "status", hidden: navigator.onLine });
document.body.replaceChildren(header, offline, main);
const client = new Client(session, () => words.language);

let shown = 0;
let leave = () => {};

/** @param {boolean} moved Whether somebody went here, rather than loading the page. */
async function draw(moved) {
  const turn = ++shown;
  const route = location.hash.replace(/^#\/?/, "");
  const [name] = route.split("/");
  frame(name);
  leave();
  leave = () => {};
  const root = h("div", { class: "view" });
  main.replaceChildren(root);
  const view = ROUTES[name];
  if (!view) {
    root.append(h("h1", {}, words.t("page.missing")));
    return;
  }
  try {
    const { show } = await view();
    const done = await show(root, {
      words,
      session,
      route,
      client,
      failed: (/** @type {unknown} */ error) => failed(root, error),
    });
    if (turn !== shown) return done();
    leave = done;
  } catch (error) {
    if (turn === shown) await failed(root, error);
  }
  const heading = root.querySelector("h1");
  document.title = [heading?.textContent, words.t("page.name")].filter(Boolean).join(" · ");
  if (moved) /** @type {HTMLElement | null} */ (heading)?.focus();
}

/** Say what went wrong, in place of the view. @param {HTMLElement} root @param {unknown} error */
async function failed(root, error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const known =
    error instanceof Expired ? "expired" : error instanceof Unreachable ? "unreachable" : "broken";
  if (known === "expired") {
    sessionStorage.setItem("jiebang.return", location.hash);
    session.end();
  } else if (known === "broken" && !(error instanceof Refused)) {
    console.error(error);
  }
  const { t } = await told(words).catch(() => words);
  const title = h("h1", { tabindex: "-1" }, t(`${known}.title`));
  root.classList.add("person");
  root.replaceChildren(
    h(
      "section",
      { class: "problem", role: "alert" },
      title,
      h("p", {}, error instanceof Refused ? error.message : t(`${known}.text`)),
      known === "expired"
        ? h("a", { class: "button", href: "#/" }, t("expired.again"))
        : h("button", { type: "button", onclick: () => draw(false) }, t("again")),
    ),
  );
  title.focus();
}

/** @param {string} name The route's first part. */
function frame(name) {
  const { t } = spoken(words);
  document.documentElement.lang = words.language;
  offline.textContent = words.t("page.offline");
  const places = [
    ["", t("page.home")],
    ["catalogue", t("catalogue.title")],
    ["board", t("board.title")],
    ["query", t("query.title")],
  ];
  const other = words.language === "en" ? "zh-CN" : "en";
  header.replaceChildren(
    h("a", { class: "skip", href: "#content", onclick: skip }, t("page.skip")),
    h("a", { class: "brand", href: "#/" }, t("page.name")),
    h(
      "nav",
      { "aria-label": t("page.nav") },
      h(
        "ul",
        {},
        places.map(([place, text]) =>
          h(
            "li",
            {},
            h("a", { href: `#/${place}`, "aria-current": place === name && "page" }, text),
          ),
        ),
      ),
    ),
    h("button", { type: "button", class: "quiet", lang: other, onclick: speak }, t("page.other")),
  );
}

/** The content gets the focus, and the route stays. @param {Event} event */
function skip(event) {
  event.preventDefault();
  main.focus();
}

function speak() {
  words.toggle();
  draw(false);
}

for (const change of ["online", "offline"]) {
  addEventListener(change, () => (offline.hidden = navigator.onLine));
}
/** On paper everything is unfolded. @type {HTMLDetailsElement[]} */
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...main.querySelectorAll("details")].filter((one) => !one.open);
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});
addEventListener("hashchange", () => draw(true));
draw(false);
