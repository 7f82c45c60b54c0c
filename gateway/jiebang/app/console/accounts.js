// @ts-check
// The unified view: every platform's answer as it comes in, and the choice of what to unbind.

import { account, boundCard, byHand, line } from "./card.js";
import { Expired } from "./client.js";
import { confirm } from "./confirmation.js";
import { h } from "./dom.js";
import { told } from "./words_person.js";

/** @param {HTMLElement} root @param {any} parts */
export async function show(root, { client, words: frame, session, failed }) {
  const words = await told(frame);
  root.classList.add("person");
  if (!session.token) throw new Expired();
  const { t } = words;
  const controller = new AbortController();
  /** @type {Map<string, any>} */
  const results = new Map();
  /** @type {Set<string>} */
  const left = new Set();
  /** @type {any} */
  let whole = null;

  const title = h("h1", { tabindex: "-1" }, t("page.home"));
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("loading") });
  const tally = h("p", { role: "status", class: "note" }, t("loading"));
  const counts = h("dl", { class: "tiles" });
  const body = h("div", { class: "answers", "aria-busy": "true" });
  const act = h("button", { type: "button", class: "act", onclick: decide });
  const chosen = h("p", { role: "status" });
  const tray = h("div", { class: "tray", hidden: true }, chosen, act);
  root.replaceChildren(title, bar, tally, counts, body, tray);

  const choice = {
    chosen: (/** @type {string} */ id) => !left.has(id),
    choose: (/** @type {string} */ id, /** @type {boolean} */ on) => {
      if (on) left.delete(id);
      else left.add(id);
      weigh();
    },
  };

  const eligible = () =>
    [...results.values(), ...(whole?.sensitive ?? [])].flatMap((one) => one.accounts).filter((one) => one.eligible);
  const wanted = () => eligible().filter((one) => !left.has(one.id));

  function weigh() {
    const [all, some] = [eligible().length, wanted().length];
    act.textContent = all ? t("accounts.act") : t("accounts.nothing");
    act.disabled = !whole || !some;
    chosen.textContent = all ? t("accounts.selected", { n: some }) : "";
  }

  function decide() {
    const picked = wanted();
    const all = picked.length === eligible().length;
    const platforms = [...results.values()].filter((one) => one.accounts.some((/** @type {any} */ a) => picked.includes(a))).length
      + (whole?.sensitive ?? []).filter((/** @type {any} */ one) => one.accounts.some((/** @type {any} */ a) => picked.includes(a))).length;
    confirm(root, words, { accounts: picked.length, platforms, all }, async () => {
      const ids = picked.map((one) => one.id).sort();
      const content = all ? `all/${whole.number}` : ids.join("/");
      const idempotencyKey = session.orderKey(content);
      const data = all
        ? await client.ask("StartRenewal", { input: { idempotencyKey } })
        : await client.ask("UnbindAccounts", { input: { accountIds: ids, idempotencyKey } });
      const answer = data.startRenewal ?? data.unbindAccounts;
      if (answer.__typename === "Refused") {
        session.orderTaken(content);
        throw new Error([answer.message, answer.hint].filter(Boolean).join(" "));
      }
      session.orderTaken(content);
      location.hash = `#/renewal/${encodeURIComponent(answer.renewal.id)}`;
    });
  }

  function draw() {
    const basis = whole?.basis ?? "CURRENT";
    const of = (/** @type {string[]} */ ...outcomes) => [...results.values()].filter((one) => outcomes.includes(one.outcome));
    const tile = (/** @type {string} */ key, /** @type {number} */ n, /** @type {string} */ kind) =>
      h("div", { class: `tile ${kind}` }, h("dt", {}, t(key)), h("dd", {}, n));
    const sum = whole?.summary;
    counts.replaceChildren(
      tile("accounts.bound", sum?.bound ?? of("BOUND").length, "is-bound"),
      tile("accounts.none", sum?.notBound ?? of("NOT_BOUND").length, ""),
      tile("accounts.unknown", sum?.unknown ?? of("UNKNOWN").length, "is-unknown"),
      tile("accounts.byHand", sum ? sum.guidance + sum.needsAction : of("GUIDANCE", "NEEDS_ACTION").length, ""),
    );
    const found = grouped(of("BOUND"));
    const undated = whole && basis === "CURRENT" && eligible().length === 0
      && of("BOUND").some((one) => one.accounts.length) && of("BOUND").every((one) => one.accounts.every((/** @type {any} */ a) => a.relation === "UNDATED"));
    const section = (/** @type {string} */ key, /** @type {any[]} */ ...children) =>
      h("section", {}, h("h2", {}, t(key)), ...children);
    const clear = of("BOUND", "NOT_BOUND", "GUIDANCE", "NEEDS_ACTION", "PENDING").length + (sum ? sum.bound + sum.notBound : 0);
    body.replaceChildren(
      ...[
        undated && h("p", { class: "panel problem" }, t("accounts.undated")),
        whole && !results.size && !whole.sensitive.length && h("p", { class: "panel" }, t("accounts.emptyAsked")),
        whole && results.size && !clear && h("p", { class: "panel problem", role: "alert" }, t("accounts.allFailed")),
        section(
          "accounts.found",
          found.size
            ? h("div", { class: "categories" }, [...found].map(([category, ones]) =>
                h("section", { class: "category" }, h("h3", {}, t(`category.${category}`)), h("ul", { class: "plain" }, ones.map((/** @type {any} */ one) => boundCard(one, words, basis, choice))))))
            : whole ? h("p", {}, sum.bound ? "" : t("accounts.foundNone")) : "",
          whole?.sensitive.length
            ? h("section", { class: "category" }, h("h3", {}, t("accounts.sensitive")), h("p", { class: "note" }, t("accounts.sensitiveNote")), h("ul", { class: "cards" }, whole.sensitive.map((/** @type {any} */ one) => group(one, basis))))
            : "",
        ),
        of("PENDING").length && section("accounts.later", h("ul", { class: "panel lines" }, of("PENDING").map((one) => line(one, words)))),
        of("UNKNOWN").length && section("accounts.unknown", h("p", { class: "note" }, t("accounts.unknownNote")), h("ul", { class: "panel lines" }, of("UNKNOWN").map((one) => line(one, words)))),
        of("GUIDANCE", "NEEDS_ACTION").length && section("accounts.byHand", h("p", { class: "note" }, t("accounts.handNote")), of("NEEDS_ACTION", "GUIDANCE").map((one) => byHand(one, words))),
        of("NOT_BOUND").length && h("details", { class: "panel" }, h("summary", {}, `${t("accounts.noneList")} (${of("NOT_BOUND").length})`), h("p", {}, of("NOT_BOUND").map((one) => one.platform.name).join(words.language === "en" ? ", " : "、"))),
        whole && h("p", {}, h("button", { type: "button", onclick: () => dispatchEvent(new HashChangeEvent("hashchange")) }, t("accounts.refresh"))),
      ].filter(Boolean),
    );
    weigh();
  }

  /** @param {any} one @param {string} basis */
  function group(one, basis) {
    const unknown = one.unknown ? t("accounts.sensitiveUnknown", { unknown: one.unknown }) : "";
    const category = t(`category.${one.category}`);
    return h(
      "li",
      { class: "panel card" },
      h("h4", {}, category),
      h("p", { class: "note" }, t("accounts.sensitiveBound", one) + unknown),
      h("ul", { class: "plain" }, one.accounts.map((/** @type {any} */ each) => h("li", {}, account(each, words, basis, choice, category)))),
    );
  }

  const heard = (/** @type {any} */ { registeredAccountsProgress: step }) => {
    bar.max = Math.max(step.asked, 1);
    bar.value = step.answered;
    if (step.platform) results.set(step.platform.platform.id, step.platform);
    if (step.result) {
      whole = step.result;
      for (const one of whole.platforms) results.set(one.platform.id, one);
      title.textContent = t("accounts.title", { number: whole.number });
      tally.textContent = t("accounts.done", { asked: step.asked });
      bar.hidden = true;
      body.removeAttribute("aria-busy");
      tray.hidden = false;
    } else {
      tally.textContent = t("accounts.answered", { answered: step.answered, asked: step.asked });
    }
    draw();
  };
  client.follow("LookupProgress", {}, heard, controller.signal).catch((/** @type {unknown} */ error) => {
    if (!controller.signal.aborted) failed(error);
  });
  return () => controller.abort();
}

/** @param {any[]} ones */
function grouped(ones) {
  /** @type {Map<string, any[]>} */
  const found = new Map();
  for (const one of ones) found.set(one.platform.category, [...(found.get(one.platform.category) ?? []), one]);
  return found;
}
