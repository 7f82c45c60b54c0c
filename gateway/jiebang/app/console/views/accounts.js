// @ts-check
// The unified view: every platform's answer as it comes in, and the choice of what to unbind.

import { answers } from "../widgets/answers.js";
import { Expired } from "../data/client.js";
import { confirm } from "../widgets/confirmation.js";
import { h, keeping, planned } from "../widgets/dom.js";
import { forget, lookup, translated } from "../data/lookup.js";
import { order, route } from "../data/submit.js";
import { earlier } from "../widgets/history.js";
import { summary } from "../widgets/summary.js";
import { told } from "../words/person.js";

/** @param {HTMLElement} root @param {any} parts */
export async function show(root, parts) {
  const { client, words: frame, session, failed } = parts;
  const words = await told(frame);
  root.classList.add("person");
  if (!session.token) throw new Expired();
  const { t } = words;
  const controller = new AbortController();
  const found = lookup(session.token, client);
  const names = await translated(found, client, controller.signal);

  const title = h("h1", { tabindex: "-1" }, t("accounts.title", { number: session.number }));
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("loading") });
  const tally = h("p", { role: "status", class: "note" }, t("loading"));
  const past = h("div", {});
  const head = h("div", {});
  const body = h("div", { class: "answers", "aria-busy": "true" });
  const foot = h(
    "p",
    { class: "row noprint", hidden: true },
    h("button", { type: "button", onclick: again }, t("accounts.refresh")),
    h("button", { type: "button", onclick: () => print() }, t("renewal.print")),
  );
  const act = h("button", { type: "button", class: "act", onclick: unbind });
  const chosen = h("p", { role: "status" });
  const every = h("button", {
    type: "button",
    class: "quiet",
    onclick: () => spare(found.chosen().length > 0),
  });
  const tray = h("div", { class: "tray noprint", hidden: true }, chosen, every, act);
  root.replaceChildren(title, bar, tally, past, head, body, foot, tray);

  const choice = {
    chosen: (/** @type {string} */ id) => !found.spared.has(id),
    choose: (/** @type {string} */ id, /** @type {boolean} */ on) => {
      if (on) found.spared.delete(id);
      else found.spared.add(id);
      weigh();
    },
  };

  /** All of them are chosen, or none. @param {boolean} none */
  function spare(none) {
    found.spared = new Set(none ? found.eligible().map(({ account }) => account.id) : []);
    for (const box of body.querySelectorAll("input")) if (box.dataset.account) box.checked = !none;
    weigh();
  }

  function weigh() {
    const [all, some] = [found.eligible().length, found.chosen().length];
    act.textContent = all ? t("accounts.act") : t("accounts.nothing");
    act.disabled = !found.whole || !some;
    chosen.textContent = all ? t("accounts.selected", { n: some, all }) : "";
    every.textContent = t(some ? "accounts.chooseNone" : "accounts.chooseAll");
    every.hidden = all < 2;
  }

  function unbind() {
    const picked = found.chosen();
    const whole = picked.length === found.eligible().length ? found.whole.number : null;
    ask("UNBIND", picked, whole);
  }

  /** @param {string} kind @param {any[]} picked @param {string | null} whole */
  function ask(kind, picked, whole = null) {
    const platforms = new Set(picked.map(({ place }) => place)).size;
    const what = { kind, accounts: picked.length, platforms, whole: whole !== null };
    const ids = picked.map(({ account }) => account.id);
    confirm(root, words, what, async () => {
      try {
        const id = await order(parts, kind, ids, whole);
        forget();
        location.hash = route(id);
      } catch (error) {
        if (!(error instanceof Expired)) throw error;
        await failed(error);
      }
    });
  }

  function draw() {
    if (controller.signal.aborted) return;
    if (found.error) return failed(found.error);
    const { asked, answered, whole } = found;
    bar.setAttribute("max", String(Math.max(asked, 1)));
    bar.setAttribute("value", String(answered));
    bar.hidden = Boolean(whole);
    tray.hidden = foot.hidden = !whole;
    if (whole) {
      title.textContent = t("accounts.title", { number: whole.number });
      tally.textContent = t("accounts.done", {
        asked,
        time: words.time(new Date(found.began).toISOString()),
      });
      body.removeAttribute("aria-busy");
    } else {
      tally.textContent = asked ? t("accounts.answered", { answered, asked }) : t("loading");
    }
    head.replaceChildren(summary(found, words));
    keeping(body, () => body.replaceChildren(...answers(found, names, words, choice, ask)));
    weigh();
  }

  function again() {
    forget();
    dispatchEvent(new HashChangeEvent("hashchange"));
  }

  found.heard = planned(draw);
  draw();
  earlier(past, parts, words, controller.signal);
  return () => controller.abort();
}
