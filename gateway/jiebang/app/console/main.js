// @ts-check
// The frame around every view, and which view a route shows.

import { h } from "./dom.js";
import { session } from "./session.js";
import { words } from "./words.js";
import { spoken } from "./words_board.js";

/** @type {Record<string, () => Promise<{ show: (root: HTMLElement, parts: any) => Promise<() => void> }>>} */
const ROUTES = {
  "": () => import("./home.js"),
  catalogue: () => import("./catalogue.js"),
  board: () => import("./board.js"),
  query: () => import("./query.js"),
};

const main = h("main", { id: "content", tabindex: "-1" });
const header = h("header", { class: "frame" });
document.body.replaceChildren(header, main);

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
    const done = await show(root, { words, session, route });
    if (turn !== shown) return done();
    leave = done;
  } catch {
    root.replaceChildren(h("p", { class: "problem", role: "alert" }, words.t("page.broken")));
  }
  const heading = root.querySelector("h1");
  document.title = [heading?.textContent, words.t("page.name")].filter(Boolean).join(" · ");
  if (moved) /** @type {HTMLElement | null} */ (heading)?.focus();
}

/** @param {string} name The route's first part. */
function frame(name) {
  const { t } = spoken(words);
  document.documentElement.lang = words.language;
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

addEventListener("hashchange", () => draw(true));
draw(false);
