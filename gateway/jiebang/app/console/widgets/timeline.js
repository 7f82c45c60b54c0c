// @ts-check
// The course of one action: its current status, the steps it has reached, and when it reached them.

import { h, list } from "./dom.js";

/** @typedef {{at: string, status: string}} Event A status, and when the action reached it. */

/**
 * Lists when each status was reached first, and when the platform called the action done.
 * @param {any} action In its current state. @param {Event[]} events In order of time. @param {any} words
 */
export function timeline(action, events, words) {
  const { t } = words;
  const doneTime = Date.parse(action.doneAt ?? "");
  const entries = events
    .filter(
      ({ at, status }, index) =>
        status !== events[index - 1]?.status &&
        !(status === "IN_PROGRESS" && Date.parse(at) >= doneTime),
    )
    .map(({ at, status }) => ({
      at,
      text: action.status === status ? statusText(action, words) : t(`status.${status}`),
    }));
  if (action.doneAt) entries.push({ at: action.doneAt, text: t("step.said") });
  const time = (/** @type {{at: string}} */ one) => Date.parse(one.at);
  entries.sort((a, b) => time(a) - time(b));
  return list("ol.timeline", entries, ({ at, text }) => [
    h("time", { datetime: at }, words.clock(at)),
    " ",
    text,
  ]);
}

/** The status with what qualifies it, in words. @param {any} one @param {any} words */
export function statusText(one, words) {
  const parts = [words.t(`status.${one.status}`)];
  if (one.progress && one.status === "IN_PROGRESS") parts[0] = words.t(`progress.${one.progress}`);
  if (one.status === "FULFILLED" && one.verification)
    parts.push(words.t(`verification.${one.verification}`));
  if (one.reason) parts.push(words.t(`deny.${one.reason}`));
  return parts.join(words.t("colon"));
}

/**
 * The four steps of an action, those it has reached ticked off.
 * @param {any} action @param {any} words
 */
export function progressSteps(action, words) {
  const isDone = Boolean(action.doneAt || action.verification || action.status === "FULFILLED");
  const isVerified = action.verification === "VERIFIED";
  const isSent =
    isDone ||
    ["AWAITING_PLATFORM", "NEED_USER_VERIFICATION", "AWAITING_VERIFICATION"].includes(
      action.progress ?? "",
    );
  // An action that ended without verification will not be verified later: leave that step out.
  const isUnverifiable = action.status === "FULFILLED" && !isVerified;
  const reachedByStep = {
    taken: true,
    platform: isSent,
    said: isDone,
    ...(isUnverifiable ? {} : { verified: isVerified }),
  };
  return h(
    "ol.steps",
    Object.entries(reachedByStep).map(([name, on]) =>
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
