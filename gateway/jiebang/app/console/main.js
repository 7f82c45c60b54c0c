// @ts-check
// Starts the page: draws the frame, and in it the view that the route names.

import { Client, ExpiredError, UnreachableError } from "./data/client.js";
import { RefusedError } from "./data/request.js";
import { session } from "./data/session.js";
import { h } from "./widgets/dom.js";
import { boardWords } from "./words/board.js";
import { words } from "./words/index.js";
import { loadPersonWords } from "./words/person.js";

/**
 * @type {Record<string, () => Promise<{ show: (root: HTMLElement, context: any) => Promise<() => void> }>>}
 */
const ROUTES = {
  "": () => import("./views/home.js"),
  accounts: () => import("./views/accounts.js"),
  renewal: () => import("./views/renewal.js"),
  catalogue: () => import("./views/catalogue.js"),
  board: () => import("./views/board.js"),
  query: () => import("./views/query.js"),
};

const main = h("main", { id: "content", tabindex: "-1" });
const header = h("header.frame");
const offlineBanner = h("p.banner", { role: "status", hidden: navigator.onLine });
document.body.replaceChildren(header, offlineBanner, main);
const client = new Client(session, () => words.language);

/** Counts the views drawn, so that a slow view notices that another one has taken its place. */
let turns = 0;
let leave = () => {};

/**
 * @param {boolean} isNavigation Whether the person navigated here, rather than loading the page.
 */
async function draw(isNavigation) {
  const turn = ++turns;
  const route = location.hash.replace(/^#\/?/, "");
  const [name] = route.split("/");
  drawFrame(name);
  leave();
  leave = () => {};
  const root = h("div.view");
  main.replaceChildren(root);
  const loadView = ROUTES[name];
  if (!loadView) {
    root.append(h("h1", words.t("page.missing")));
    return;
  }
  try {
    const { show } = await loadView();
    const leaveView = await show(root, {
      words,
      session,
      route,
      client,
      showError: (/** @type {unknown} */ error) => showError(root, error),
    });
    if (turn !== turns) return leaveView();
    leave = leaveView;
  } catch (error) {
    if (turn === turns) await showError(root, error);
  }
  const heading = root.querySelector("h1");
  document.title = [heading?.textContent, words.t("page.name")].filter(Boolean).join(" · ");
  if (isNavigation) /** @type {HTMLElement | null} */ (heading)?.focus();
}

/** Shows what went wrong in place of the view. @param {HTMLElement} root @param {unknown} error */
async function showError(root, error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const kind =
    error instanceof ExpiredError
      ? "expired"
      : error instanceof UnreachableError
        ? "unreachable"
        : "broken";
  if (kind === "expired") {
    sessionStorage.setItem("jiebang.return", location.hash);
    session.end();
  } else if (kind === "broken" && !(error instanceof RefusedError)) {
    console.error(error);
  }
  const { t } = await loadPersonWords(words).catch(() => words);
  const title = h("h1", { tabindex: "-1" }, t(`${kind}.title`));
  root.classList.add("person");
  root.replaceChildren(
    h(
      "section.problem",
      { role: "alert" },
      title,
      h("p", error instanceof RefusedError ? error.message : t(`${kind}.text`)),
      kind === "expired"
        ? h("a.button", { href: "#/" }, t("expired.again"))
        : h("button", { onclick: () => draw(false) }, t("again")),
    ),
  );
  title.focus();
}

/** @param {string} name The first part of the route. */
function drawFrame(name) {
  const { t } = boardWords(words);
  document.documentElement.lang = words.language;
  offlineBanner.textContent = words.t("page.offline");
  const places = [
    ["", t("page.home")],
    ["catalogue", t("catalogue.title")],
    ["board", t("board.title")],
    ["query", t("query.title")],
  ];
  const other = words.language === "en" ? "zh-CN" : "en";
  header.replaceChildren(
    h("a.skip", { href: "#content", onclick: skipToContent }, t("page.skip")),
    h("a.brand", { href: "#/" }, t("page.name")),
    h(
      "nav",
      { "aria-label": t("page.nav") },
      h(
        "ul",
        places.map(([place, text]) =>
          h("li", h("a", { href: `#/${place}`, "aria-current": place === name && "page" }, text)),
        ),
      ),
    ),
    h("button.quiet", { lang: other, onclick: switchLanguage }, t("page.other")),
  );
}

/**
 * Focuses the content without following the link, which would replace the route.
 * @param {Event} event
 */
function skipToContent(event) {
  event.preventDefault();
  main.focus();
}

function switchLanguage() {
  words.toggle();
  draw(false);
}

for (const change of ["online", "offline"]) {
  addEventListener(change, () => (offlineBanner.hidden = navigator.onLine));
}
/**
 * Elements opened only for printing, since paper cannot be unfolded.
 * @type {HTMLDetailsElement[]}
 */
let printOnly = [];
addEventListener("beforeprint", () => {
  printOnly = [...main.querySelectorAll("details")].filter((one) => !one.open);
  for (const one of printOnly) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of printOnly) one.open = false;
});
addEventListener("hashchange", () => draw(true));
draw(false);
