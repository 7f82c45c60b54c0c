// @ts-check
// One renewal as it goes on: every order's way, what is left, and what only a person can do.

import { actionCard, retry } from "./action.js";
import { chore } from "./chore.js";
import { Expired, Unreachable } from "./client.js";
import { h, keeping } from "./dom.js";
import { forget } from "./lookup.js";
import { remainder } from "./remainder.js";
import { told } from "./words_person.js";

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
  const [, id] = route.split("/").map(decodeURIComponent);
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
  /** @type {Map<string, import("./timeline.js").Event[]>} */
  const history = new Map();
  /** @type {string | null} */
  let cursor = null;
  let link = "live";
  let planned = 0;

  const title = h("h1", { tabindex: "-1" }, t("renewal.title", { number: renewal.number }));
  const live = h("p", { class: "note noprint", role: "status" });
  const head = h("section", { class: "panel overview", "aria-label": t("accounts.overview") });
  const body = h("div", {});
  const said = h("p", { class: "said wrong", role: "alert" });
  root.replaceChildren(title, h("p", { class: "note noprint" }, t("renewal.keep")), head, said, body);

  /** A mutation that answers with the changed renewal. @param {string} operation @param {object} input */
  async function change(operation, input) {
    said.textContent = "";
    try {
      const [answer] = /** @type {any[]} */ (Object.values(await client.ask(operation, { input })));
      if (answer.__typename === "Refused") said.textContent = [answer.message, answer.hint].filter(Boolean).join(" ");
      else renewal = answer.renewal;
      draw();
    } catch (error) {
      if (!(error instanceof Unreachable)) return failed(error);
      said.textContent = t("unreachable.text");
      draw(); // a box that was ticked meanwhile is not
    }
  }

  /** Many events at once are drawn once. */
  function plan() {
    planned ||= requestAnimationFrame(draw);
  }

  function draw() {
    cancelAnimationFrame(planned);
    planned = 0;
    if (controller.signal.aborted) return;
    const left = remainder(renewal);
    keeping(root, () => {
      overview(left);
      body.replaceChildren(...sections(left).filter(Boolean));
    });
  }

  /** @param {ReturnType<typeof remainder>} left */
  function overview(left) {
    const all = renewal.actions.length;
    const done = renewal.actions.filter((/** @type {any} */ one) => one.status === "FULFILLED").length;
    const counts = [
      ["renewal.leftWorking", left.working.length], ["renewal.leftFailed", left.failed.length],
      ["renewal.leftAsked", left.asked.length], ["renewal.leftHand", left.undone.length],
    ].filter(([, n]) => n).map(([key, n]) => t(key, { n }));
    live.textContent = renewal.settled ? t("renewal.ended") : t(link === "live" ? "renewal.live" : "renewal.reconnecting");
    head.replaceChildren(
      h("p", { class: "big" }, h("span", { class: `pill ${renewal.status}` }, t(`status.${renewal.status}`)), " ",
        all ? t("renewal.done", { done, all }) : t("renewal.none")),
      all ? h("progress", { max: all, value: done, "aria-label": t("renewal.done", { done, all }) }) : "",
      h("p", { class: "left" }, counts.length ? t("renewal.left", { what: counts.join(t("comma")) }) : t("renewal.leftNone")),
      h("p", { class: "note" }, t(`operation.${renewal.operation}`), " · ", t("renewal.started", { time: words.moment(renewal.createdAt) }),
        renewal.withdrawnAt ? ` · ${t("renewal.withdrawn", { time: words.moment(renewal.withdrawnAt) })}` : ""),
      live,
      h("p", { class: "row noprint" },
        !renewal.settled && !renewal.withdrawnAt && h("button", { type: "button", "data-keep": "withdraw", onclick: withdraw }, t("renewal.withdraw")),
        h("button", { type: "button", "data-keep": "print", onclick: () => print() }, t("renewal.print")),
        h("button", { type: "button", "data-keep": "copy", onclick: copy }, t("renewal.copy")),
        h("a", { href: "#/accounts", onclick: forget }, t("renewal.back"))),
    );
  }

  /** @param {ReturnType<typeof remainder>} left */
  function sections({ hand, asked, staying, none }) {
    const section = (/** @type {string} */ key, /** @type {any[]} */ ...children) => h("section", {}, h("h2", {}, t(key)), ...children);
    const name = (/** @type {any} */ one) => h("strong", {}, one.platform?.name ?? t(`category.${one.category}`));
    const lines = (/** @type {any[]} */ ones) => h("ul", { class: "panel lines" }, ones);
    return [
      renewal.actions.length && section("renewal.actions", h("ul", { class: "cards" },
        renewal.actions.map((/** @type {any} */ one) => actionCard(one, history.get(one.id) ?? [], words, change)))),
      hand.length && section("renewal.hand", h("p", { class: "note" }, t("hand.word")), hand.map((/** @type {any} */ one) => chore(one, words, change))),
      asked.length && section("renewal.asked", lines(asked.map((/** @type {any} */ one) =>
        h("li", {}, name(one), h("span", { class: "fact soft" }, one.reason ? t(`unknown.${one.reason}`) : t(`asked.${one.status}`)),
          one.retryAt && h("span", { class: "fact soft" }, t("asked.next", { time: words.time(one.retryAt) })),
          one.status === "FAILED" && retry(one.id, words, change))))),
      staying.length && section("renewal.stays", lines(staying.map((/** @type {any} */ { inquiry, account }) =>
        h("li", {}, name(inquiry), h("span", { class: "fact soft" }, account.reason ? t(`deny.${account.reason}`) : ""))))),
      none.length && h("details", { class: "panel", "data-keep": "none" }, h("summary", {}, `${t("accounts.noneList")} (${none.length})`),
        h("p", {}, none.map((/** @type {any} */ one) => one.platform.name).join(t("comma")))),
    ];
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      live.textContent = t("renewal.copied");
    } catch {
      live.textContent = location.href;
    }
  }

  function withdraw() {
    const close = () => dialog.close();
    const dialog = h(
      "dialog",
      { "aria-label": t("renewal.withdraw"), onclose: () => dialog.remove() },
      h("p", {}, t("renewal.withdrawSure")),
      h("p", { class: "row" },
        h("button", { type: "button", class: "act", onclick: () => { close(); change("WithdrawRenewal", { id: renewal.id }); } }, t("renewal.withdrawGo")),
        h("button", { type: "button", onclick: close }, t("confirm.cancel"))),
    );
    root.append(dialog);
    dialog.showModal();
  }

  /** @param {any} data */
  function heard({ renewalProgress: step }) {
    cursor = step.cursor;
    for (const [kind, list] of [["action", renewal.actions], ["inquiry", renewal.inquiries]]) {
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
        await client.follow("RenewalProgress", { id, after: cursor }, (/** @type {any} */ data) => { wait = SOON; heard(data); }, controller.signal);
        renewal = (await client.ask("Renewal", { id }, controller.signal)).renewal;
        draw();
        if (renewal.settled) return;
      } catch (error) {
        if (controller.signal.aborted) return;
        if (error instanceof Expired) return failed(error);
        link = "lost";
        draw();
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
  return h("section", { class: "problem", role: "alert" },
    h("h1", { tabindex: "-1" }, t("renewal.missing")),
    h("p", {}, t("renewal.missingText")),
    h("a", { class: "button", href: "#/accounts" }, t("renewal.back")));
}
