// @ts-check
// What the person ordered before, each a way back to its renewal.

import { h } from "./dom.js";
import { route } from "../data/submit.js";

/** Shown at once; a person rarely has more. */
const FIRST = 10;

/**
 * Fills in the list once it is known; where there is none, or it cannot be had, nothing shows.
 * @param {HTMLElement} place @param {any} parts @param {any} words @param {AbortSignal} signal
 */
export async function earlier(place, { client }, words, signal) {
  const { t } = words;
  try {
    const { renewals } = await client.ask("Renewals", { first: FIRST }, signal);
    if (!renewals.edges.length) return;
    place.replaceChildren(
      h(
        "details",
        { class: "panel orders noprint" },
        h(
          "summary",
          {},
          t("orders.title", {
            n: `${renewals.edges.length}${renewals.pageInfo.hasNextPage ? "+" : ""}`,
          }),
        ),
        h(
          "ul",
          { class: "lines" },
          renewals.edges.map((/** @type {any} */ { node }) =>
            h(
              "li",
              {},
              h("a", { href: route(node.id) }, t(`operation.${node.operation}`)),
              h("span", { class: "fact soft" }, words.moment(node.createdAt)),
              h(
                "span",
                { class: `pill ${node.status}` },
                node.withdrawnAt ? t("orders.withdrawn") : t(`status.${node.status}`),
              ),
            ),
          ),
        ),
      ),
    );
  } catch {
    // The accounts say what is wrong; this list is only a shortcut.
  }
}
