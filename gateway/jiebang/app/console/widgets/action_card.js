// @ts-check
// One account of a renewal as a card: what was asked, and what becomes of it.

import { h } from "./dom.js";
import { link, safe } from "./link.js";
import { state, steps, timeline } from "./timeline.js";

/** Milliseconds. */
const SOON = 30_000;

/**
 * @param {any} action @param {import("./timeline.js").Event[]} events @param {any} words
 * @param {(operation: string, input: object) => void} change
 */
export function actionCard(action, events, words, change) {
  const { t } = words;
  const { id, status } = action;
  return h(
    "li",
    { class: `panel card order ${status}` },
    h("h3", {}, action.platform?.name ?? t(`category.${action.category}`)),
    h("p", {}, [action.label, t(`kind.${action.kind}`)].filter(Boolean).join(" · ")),
    steps(action, words),
    h("p", { class: "state" }, state(action, words)),
    safe(action.needs?.url) && h("p", {}, link(action.needs.url, t("hand.open"))),
    far(action.retryAt) &&
      h("p", { class: "note" }, t("asked.next", { time: words.time(action.retryAt) })),
    action.expectedBy &&
      status === "IN_PROGRESS" &&
      h("p", { class: "note" }, t("accounts.expectedBy", { time: words.time(action.expectedBy) })),
    action.retryable && retry(id, words, change),
    events.length
      ? h(
          "details",
          { "data-keep": `t-${id}` },
          h("summary", {}, t("renewal.timeline")),
          timeline(action, events, words),
        )
      : "",
  );
}

/** Whether it is worth saying: not what happens in this moment. @param {string | null} time ISO 8601. */
function far(time) {
  return time && Date.parse(time) > Date.now() + SOON;
}

/** @param {string} id @param {any} words @param {(operation: string, input: object) => void} change */
export function retry(id, words, change) {
  return h(
    "button",
    {
      type: "button",
      class: "noprint",
      "data-keep": `r-${id}`,
      onclick: () => change("RetryAction", { id }),
    },
    words.t("renewal.retry"),
  );
}
