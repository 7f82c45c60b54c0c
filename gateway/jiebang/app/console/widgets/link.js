// @ts-check
// Links to other people's sites, whose addresses come from platforms and guides.

import { h } from "./dom.js";

/**
 * The address if it is one of the web, otherwise null: a `javascript:` address must never become a
 * link.
 * @param {string | null | undefined} url
 */
export function webAddress(url) {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

/**
 * A link that tells the other site nothing about this page; null if there is no web address.
 * @param {string | null | undefined} url @param {string} text
 */
export function link(url, text) {
  const href = webAddress(url);
  return href && h("a", { href, target: "_blank", rel: "noopener noreferrer" }, text, " ↗");
}
