// @ts-check
// What happened to one account: where it stands, how far it is, and when it got there.

import { h } from "./dom.js";

/** @typedef {{at: string, status: string}} Event A status and when it was reached. */

/**
 * Every status when it was first reached, and between them what the platform said.
 * @param {any} action As it is now. @param {Event[]} events In their order. @param {any} words
 */
export function timeline(action, events, words) {
  const { t } = words;
  const said = Date.parse(action.doneAt ?? "");
  const told = events
    .filter(
      ({ at, status }, place) =>
        status !== events[place - 1]?.status &&
        !(status === "IN_PROGRESS" && Date.parse(at) >= said),
    )
    .map(({ at, status }) => ({
      at,
      text: action.status === status ? state(action, words) : t(`status.${status}`),
    }));
  if (action.doneAt) told.push({ at: action.doneAt, text: t("step.said") });
  const time = (/** @type {{at: string}} */ one) => Date.parse(one.at);
  return h(
    "ol",
    { class: "timeline" },
    told
      .sort((a, b) => time(a) - time(b))
      .map(({ at, text }) => h("li", {}, h("time", { datetime: at }, words.clock(at)), " ", text)),
  );
}

/** Where it stands, in words. @param {any} one @param {any} words */
export function state(one, words) {
  const parts = [words.t(`status.${one.status}`)];
  if (one.progress && one.status === "IN_PROGRESS") parts[0] = words.t(`progress.${one.progress}`);
  if (one.status === "FULFILLED" && one.verification)
    parts.push(words.t(`verification.${one.verification}`));
  if (one.reason) parts.push(words.t(`deny.${one.reason}`));
  return parts.join(words.t("colon"));
}

/** The four steps of an order, and how far it is. @param {any} action @param {any} words */
export function steps(action, words) {
  const done = Boolean(action.doneAt || action.verification || action.status === "FULFILLED");
  const verified = action.verification === "VERIFIED";
  const sent =
    done ||
    ["AWAITING_PLATFORM", "NEED_USER_VERIFICATION", "AWAITING_VERIFICATION"].includes(
      action.progress ?? "",
    );
  // What ended without a second look says so in its state; nothing is awaited any more.
  const final = action.status === "FULFILLED" && !verified;
  const reached = { taken: true, platform: sent, said: done, ...(final ? {} : { verified }) };
  return h(
    "ol",
    { class: "steps" },
    Object.entries(reached).map(([name, on]) =>
      h(
        "li",
        { class: on ? "on" : "" },
        h("span", { "aria-hidden": "true" }, on ? "✓" : "·"),
        " ",
        words.t(`step.${name}`),
      ),
    ),
  );
}
