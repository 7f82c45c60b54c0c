// @ts-check
// The person's earlier orders, each with a link to its renewal.

import { h, list } from "./dom.js";
import { renewalRoute } from "../data/submit.js";

/** How many orders are listed; a person rarely has more. */
const LIMIT = 10;

/**
 * Fills the place with the list once it has loaded. The place stays empty if there are no orders.
 * @param {HTMLElement} place @param {any} context @param {any} words @param {AbortSignal} signal
 */
export async function fillHistory(place, { client }, words, signal) {
  const { t } = words;
  try {
    const { renewals } = await client.ask("Renewals", { first: LIMIT }, signal);
    if (!renewals.edges.length) return;
    place.replaceChildren(
      h(
        "details.panel.orders.noprint",
        h(
          "summary",
          t("orders.title", {
            n: `${renewals.edges.length}${renewals.pageInfo.hasNextPage ? "+" : ""}`,
          }),
        ),
        list("ul.lines", renewals.edges, ({ node }) => [
          h("a", { href: renewalRoute(node.id) }, t(`operation.${node.operation}`)),
          h("span.fact.soft", words.moment(node.createdAt)),
          h(
            "span",
            { class: `pill ${node.status}` },
            node.withdrawnAt ? t("orders.withdrawn") : t(`status.${node.status}`),
          ),
        ]),
      ),
    );
  } catch {
    // The list is only a shortcut, and the view around it reports what is wrong.
  }
}
