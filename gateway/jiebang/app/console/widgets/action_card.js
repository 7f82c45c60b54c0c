// @ts-check
// A card for one action of a renewal: which account it concerns, and how far it is.

import { h } from "./dom.js";
import { link, webAddress } from "./link.js";
import { progressSteps, statusText, timeline } from "./timeline.js";

/** Milliseconds within which a retry counts as happening now. */
const NOW = 30_000;

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
    h("h3", action.platform?.name ?? t(`category.${action.category}`)),
    h("p", [action.label, t(`kind.${action.kind}`)].filter(Boolean).join(" · ")),
    progressSteps(action, words),
    h("p.state", statusText(action, words)),
    webAddress(action.needs?.url) && h("p", link(action.needs.url, t("hand.open"))),
    isLater(action.retryAt) && h("p.note", t("asked.next", { time: words.time(action.retryAt) })),
    action.expectedBy &&
      status === "IN_PROGRESS" &&
      h("p.note", t("accounts.expectedBy", { time: words.time(action.expectedBy) })),
    action.retryable && retryButton(id, words, change),
    events.length
      ? h(
          "details",
          { "data-keep": `t-${id}` },
          h("summary", t("renewal.timeline")),
          timeline(action, events, words),
        )
      : "",
  );
}

/**
 * Whether the retry is far enough away to be worth a line.
 * @param {string | null} time ISO 8601.
 */
function isLater(time) {
  return time && Date.parse(time) > Date.now() + NOW;
}

/**
 * @param {string} id @param {any} words @param {(operation: string, input: object) => void} change
 */
export function retryButton(id, words, change) {
  return h(
    "button.noprint",
    { "data-keep": `r-${id}`, onclick: () => change("RetryAction", { id }) },
    words.t("renewal.retry"),
  );
}
