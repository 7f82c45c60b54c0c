// @ts-check
// What happened to one account, event by event.

import { h } from "./dom.js";

/**
 * @typedef {{at: string, status: string, progress: string | null, verification: string | null}} Event
 */

/** @param {Event[]} events @param {any} words */
export function timeline(events, words) {
  const told = events.map((one) => ({ at: one.at, text: state(one, words) }));
  const new_ = told.filter((one, place) => place === 0 || one.text !== told[place - 1].text);
  return h(
    "ol",
    { class: "timeline" },
    new_.map((one) => h("li", {}, h("time", { datetime: one.at }, words.time(one.at)), " ", one.text)),
  );
}

/** Where it stands, in words. @param {any} one @param {any} words */
export function state(one, words) {
  const parts = [words.t(`status.${one.status}`)];
  if (one.progress && one.status === "IN_PROGRESS") parts[0] = words.t(`progress.${one.progress}`);
  if (one.status === "FULFILLED" && one.verification) parts.push(words.t(`verification.${one.verification}`));
  if (one.reason) parts.push(words.t(`deny.${one.reason}`));
  return parts.join(words.language === "en" ? ": " : "：");
}

/** The four steps of an order, and how far it is. @param {any} action @param {any} words */
export function steps(action, words) {
  const done = Boolean(action.doneAt || action.verification || action.status === "FULFILLED");
  const verified = action.verification === "VERIFIED";
  const sent = done || ["AWAITING_PLATFORM", "NEED_USER_VERIFICATION", "AWAITING_VERIFICATION"].includes(action.progress ?? "");
  const reached = { taken: true, platform: sent, said: done, verified };
  return h(
    "ol",
    { class: "steps" },
    Object.entries(reached).map(([name, on]) =>
      h("li", { class: on ? "on" : "" }, h("span", { "aria-hidden": "true" }, on ? "✓" : "·"), " ", words.t(`step.${name}`))),
  );
}
