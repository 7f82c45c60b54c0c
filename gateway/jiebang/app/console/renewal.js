// @ts-check
// One renewal as it goes on: every order's way, what is left, and what only a person can do.

import { safe } from "./card.js";
import { Expired, Unreachable } from "./client.js";
import { h } from "./dom.js";
import { state, steps, timeline } from "./timeline.js";
import { told } from "./words_person.js";

/** Milliseconds between two attempts to reconnect, at first and at most. */
const [SOON, LATE] = [500, 15_000];

/** @param {HTMLElement} root @param {any} parts */
export async function show(root, { client, words: frame, route, session, failed }) {
  const words = await told(frame);
  root.classList.add("person");
  if (!session.token) throw new Expired();
  const { t } = words;
  const controller = new AbortController();
  const [, id] = route.split("/").map(decodeURIComponent);
  /** @type {any} */
  let renewal = (await client.ask("Renewal", { id }, controller.signal)).renewal;
  if (!renewal) throw new Error("no renewal");
  /** @type {Map<string, any[]>} */
  const history = new Map();
  /** @type {string | null} */
  let cursor = null;
  let link = "live";

  const title = h("h1", { tabindex: "-1" }, t("renewal.title", { number: renewal.number }));
  const live = h("p", { class: "note", role: "status" });
  const head = h("div", { class: "panel overview" });
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
      if (error instanceof Unreachable) said.textContent = t("unreachable.text");
      else failed(error);
    }
  }

  function draw() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.keep;
    const open = new Set([...body.querySelectorAll("details[open]")].map((one) => /** @type {any} */ (one).dataset.keep));
    const done = renewal.actions.filter((/** @type {any} */ one) => one.status === "FULFILLED").length;
    const all = renewal.actions.length;
    live.textContent = renewal.settled ? t("renewal.ended") : t(link === "live" ? "renewal.live" : "renewal.reconnecting");
    head.replaceChildren(
      h("p", { class: "big" }, h("span", { class: `pill ${renewal.status}` }, t(`status.${renewal.status}`)), " ", t("renewal.done", { done, all })),
      h("progress", { max: Math.max(all, 1), value: done, "aria-label": t("renewal.done", { done, all }) }),
      h("p", { class: "note" }, t("renewal.started", { time: words.time(renewal.createdAt) }), renewal.withdrawnAt ? ` · ${t("renewal.withdrawn", { time: words.time(renewal.withdrawnAt) })}` : ""),
      live,
      h(
        "p",
        { class: "row noprint" },
        !renewal.settled && !renewal.withdrawnAt && h("button", { type: "button", onclick: withdraw }, t("renewal.withdraw")),
        h("button", { type: "button", onclick: () => print() }, t("renewal.print")),
        h("a", { href: "#/accounts" }, t("renewal.back")),
      ),
    );
    const hand = renewal.inquiries.filter((/** @type {any} */ one) => one.checklist || one.needs);
    const asked = renewal.inquiries.filter((/** @type {any} */ one) => !hand.includes(one) && ["OPEN", "IN_PROGRESS", "FAILED"].includes(one.status));
    body.replaceChildren(
      ...[
        h("section", {}, h("h2", {}, t("renewal.actions")), all ? h("ul", { class: "cards" }, renewal.actions.map(order)) : h("p", {}, t("renewal.none"))),
        hand.length && h("section", {}, h("h2", {}, t("renewal.hand")), h("p", { class: "note" }, t("hand.word")), hand.map(chore)),
        asked.length && h("section", {}, h("h2", {}, t("renewal.asked")), h("ul", { class: "panel lines" }, asked.map((/** @type {any} */ one) =>
          h("li", {}, h("strong", {}, one.platform?.name ?? t(`category.${one.category}`)), h("span", { class: "fact soft" }, one.reason ? t(`unknown.${one.reason}`) : t(`status.${one.status}`)), one.status === "FAILED" && retry(one))))),
        h("section", {}, h("h2", {}, t("renewal.left")), remainder()),
      ].filter(Boolean),
    );
    for (const one of body.querySelectorAll("details")) if (open.has(one.dataset.keep)) one.open = true;
    if (focused) /** @type {HTMLElement | null} */ (body.querySelector(`[data-keep="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {any} one */
  function order(one) {
    const events = history.get(one.id) ?? [];
    return h(
      "li",
      { class: `panel card order ${one.status}` },
      h("h3", {}, one.platform?.name ?? t(`category.${one.category}`)),
      h("p", {}, one.label ? h("strong", {}, one.label) : "", one.label ? " · " : "", t(`kind.${one.kind}`)),
      steps(one, words),
      h("p", { class: "state" }, state(one, words)),
      one.needs?.url && safe(one.needs.url) && h("p", {}, h("a", { href: safe(one.needs.url), target: "_blank", rel: "noopener noreferrer" }, t("hand.open"))),
      one.retryAt && one.status !== "FULFILLED" && h("p", { class: "note" }, t("accounts.retryAt", { time: words.time(one.retryAt) })),
      one.retryable && retry(one),
      events.length ? h("details", { "data-keep": `t-${one.id}` }, h("summary", {}, t("renewal.timeline")), timeline(events, words)) : "",
    );
  }

  /** @param {any} one */
  function retry(one) {
    return h("button", { type: "button", class: "noprint", "data-keep": `r-${one.id}`, onclick: () => change("RetryAction", { id: one.id }) }, t("renewal.retry"));
  }

  /** What a person does by hand, step by step. @param {any} one */
  function chore(one) {
    const list = one.checklist?.steps ?? [];
    const ticked = list.filter((/** @type {any} */ step) => step.doneAt).length;
    const url = one.needs?.url ?? one.guide?.url ?? one.guide?.officialHelp;
    return h(
      "details",
      { class: "panel hand", "data-keep": `h-${one.id}` },
      h("summary", {}, h("span", {}, one.platform?.name ?? t(`category.${one.category}`)), list.length ? h("span", { class: "tag" }, t("hand.progress", { done: ticked, all: list.length })) : ""),
      list.length
        ? h("ul", { class: "plain" }, list.map((/** @type {any} */ step) => {
            const box = h("input", {
              type: "checkbox", "data-keep": `s-${one.id}-${step.id}`,
              onchange: () => change("TickGuideStep", { inquiryId: one.id, stepId: step.id, done: box.checked }),
            });
            box.checked = Boolean(step.doneAt);
            return h("li", {}, h("label", { class: "account choosable" }, box, h("span", {}, step.text)));
          }))
        : "",
      one.guide?.proof && h("p", { class: "note" }, t("hand.proof", { proof: one.guide.proof })),
      one.guide?.stale && h("p", { class: "note" }, t("hand.stale")),
      url && safe(url) && h("p", {}, h("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer" }, t("hand.open"))),
      one.checklist && h("p", { class: "row" }, h("label", { for: `d-${one.id}` }, t("hand.remind")), date(one), h("span", { class: "note" }, t("hand.remindNote"))),
    );
  }

  /** @param {any} one */
  function date(one) {
    const field = h("input", {
      type: "date", id: `d-${one.id}`, "data-keep": `d-${one.id}`, value: one.checklist.remindOn ?? "",
      onchange: () => field.value && change("SetReminder", { inquiryId: one.id, remindOn: field.value }),
    });
    return field;
  }

  function remainder() {
    const rows = [];
    const name = (/** @type {any} */ one) => one.platform?.name ?? t(`category.${one.category}`);
    for (const one of renewal.actions) {
      if (one.status === "FULFILLED" || one.status === "REVOKED") continue;
      const person = ["MANUAL_TASK", "NEED_USER_VERIFICATION"].includes(one.progress) || one.status === "DENIED";
      rows.push([name(one), state(one, words), t(person ? "who.you" : one.progress === "AWAITING_PLATFORM" ? "who.platform" : "who.us")]);
    }
    for (const one of renewal.inquiries) {
      if (one.checklist && one.checklist.state !== "ATTESTED") rows.push([name(one), t("outcome.GUIDANCE"), t("who.you")]);
      else if (!one.checklist && ["OPEN", "IN_PROGRESS", "FAILED", "EXPIRED"].includes(one.status)) rows.push([name(one), one.reason ? t(`unknown.${one.reason}`) : t(`status.${one.status}`), t(one.needs ? "who.you" : "who.us")]);
    }
    if (!rows.length) return h("p", {}, t("renewal.leftNone"));
    return h("div", { class: "panel scroll", tabindex: "0", role: "region", "aria-label": t("renewal.left") }, h("table", {}, h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row[0]), h("td", {}, row[1]), h("td", {}, row[2]))))));
  }

  function withdraw() {
    const dialog = h(
      "dialog",
      { "aria-label": t("renewal.withdraw"), onclose: () => dialog.remove() },
      h("p", {}, t("renewal.withdrawSure")),
      h("p", { class: "row" },
        h("button", { type: "button", class: "act", onclick: () => { dialog.close(); change("WithdrawRenewal", { id: renewal.id }); } }, t("renewal.withdrawGo")),
        h("button", { type: "button", onclick: () => dialog.close() }, t("confirm.cancel"))),
    );
    root.append(dialog);
    dialog.showModal();
  }

  /** @param {any} data */
  function heard({ renewalProgress: step }) {
    cursor = step.cursor;
    for (const kind of /** @type {const} */ (["action", "inquiry"])) {
      const one = step[kind];
      if (!one) continue;
      const list = renewal[`${kind === "action" ? "action" : "inquirie"}s`];
      const place = list.findIndex((/** @type {any} */ known) => known.id === one.id);
      if (place < 0) list.push(one);
      else list[place] = one;
      if (kind === "action") {
        const told = { at: step.at, status: step.status, progress: null, verification: null };
        history.set(one.id, [...(history.get(one.id) ?? []), told]);
      }
    }
    Object.assign(renewal, { status: step.renewal.status, settled: step.renewal.settled });
    link = "live";
    draw();
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
