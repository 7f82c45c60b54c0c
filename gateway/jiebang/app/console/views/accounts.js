// @ts-check
// The view of all accounts on a number: the platforms' answers as they arrive, and the choice of
// what to unbind.

import { ExpiredError } from "../data/client.js";
import { currentLookup, fetchTranslations, forgetLookup } from "../data/lookup.js";
import { renewalRoute, submit } from "../data/submit.js";
import { answers } from "../widgets/answers.js";
import { confirmOrder } from "../widgets/confirmation.js";
import { h, preserveState, schedule } from "../widgets/dom.js";
import { fillHistory } from "../widgets/history.js";
import { summary } from "../widgets/summary.js";
import { loadPersonWords } from "../words/person.js";

/** @param {HTMLElement} root @param {any} context */
export async function show(root, context) {
  const { client, words: frame, session, showError } = context;
  const words = await loadPersonWords(frame);
  root.classList.add("person");
  if (!session.token) throw new ExpiredError();
  const { t } = words;
  const controller = new AbortController();
  const lookup = currentLookup(session.token, client);
  const translations = await fetchTranslations(lookup, client, controller.signal);

  const title = h("h1", { tabindex: "-1" }, t("accounts.title", { number: session.number }));
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("loading") });
  const status = h("p.note", { role: "status" }, t("loading"));
  const history = h("div");
  const head = h("div");
  const body = h("div.answers", { "aria-busy": "true" });
  const foot = h(
    "p.row.noprint",
    { hidden: true },
    h("button", { onclick: restart }, t("accounts.refresh")),
    h("button", { onclick: () => print() }, t("renewal.print")),
  );
  const unbindButton = h("button.act", { onclick: unbind });
  const selectionStatus = h("p", { role: "status" });
  const selectAllButton = h("button.quiet", {
    onclick: () => selectAll(!lookup.selection().length),
  });
  const tray = h(
    "div.tray.noprint",
    { hidden: true },
    selectionStatus,
    selectAllButton,
    unbindButton,
  );
  root.replaceChildren(title, bar, status, history, head, body, foot, tray);

  const selection = {
    has: (/** @type {string} */ id) => !lookup.exclusions.has(id),
    set: (/** @type {string} */ id, /** @type {boolean} */ on) => {
      if (on) lookup.exclusions.delete(id);
      else lookup.exclusions.add(id);
      updateTray();
    },
  };

  /** Selects all eligible accounts or none of them. @param {boolean} on */
  function selectAll(on) {
    const ids = lookup.eligibleAccounts().map(({ account }) => account.id);
    lookup.exclusions = new Set(on ? [] : ids);
    for (const box of body.querySelectorAll("input")) if (box.dataset.account) box.checked = on;
    updateTray();
  }

  function updateTray() {
    const [all, some] = [lookup.eligibleAccounts().length, lookup.selection().length];
    unbindButton.textContent = all ? t("accounts.act") : t("accounts.nothing");
    unbindButton.disabled = !lookup.result || !some;
    selectionStatus.textContent = all ? t("accounts.selected", { n: some, all }) : "";
    selectAllButton.textContent = t(some ? "accounts.chooseNone" : "accounts.chooseAll");
    selectAllButton.hidden = all < 2;
  }

  function unbind() {
    const accounts = lookup.selection();
    const isEverything = accounts.length === lookup.eligibleAccounts().length;
    placeOrder("UNBIND", accounts, isEverything ? lookup.result.number : null);
  }

  /**
   * Asks for confirmation, then submits the order.
   * @param {string} kind @param {any[]} accounts
   * @param {string | null} number To unbind everything eligible on it.
   */
  function placeOrder(kind, accounts, number = null) {
    const platforms = new Set(accounts.map(({ place }) => place)).size;
    const order = { kind, accounts: accounts.length, platforms, everything: number !== null };
    const ids = accounts.map(({ account }) => account.id);
    confirmOrder(root, words, order, async () => {
      try {
        const id = await submit(context, kind, ids, number);
        forgetLookup();
        location.hash = renewalRoute(id);
      } catch (error) {
        if (!(error instanceof ExpiredError)) throw error;
        await showError(error);
      }
    });
  }

  function draw() {
    if (controller.signal.aborted) return;
    if (lookup.error) return showError(lookup.error);
    const { asked, answered, result } = lookup;
    bar.setAttribute("max", String(Math.max(asked, 1)));
    bar.setAttribute("value", String(answered));
    bar.hidden = Boolean(result);
    tray.hidden = foot.hidden = !result;
    if (result) {
      title.textContent = t("accounts.title", { number: result.number });
      status.textContent = t("accounts.done", {
        asked,
        time: words.time(new Date(lookup.startTime).toISOString()),
      });
      body.removeAttribute("aria-busy");
    } else {
      status.textContent = asked ? t("accounts.answered", { answered, asked }) : t("loading");
    }
    head.replaceChildren(summary(lookup, words));
    preserveState(body, () =>
      body.replaceChildren(...answers(lookup, translations, words, selection, placeOrder)),
    );
    updateTray();
  }

  /** Asks all platforms again, by showing this view anew without the last lookup. */
  function restart() {
    forgetLookup();
    dispatchEvent(new HashChangeEvent("hashchange"));
  }

  lookup.onChange = schedule(draw);
  draw();
  fillHistory(history, context, words, controller.signal);
  return () => controller.abort();
}
