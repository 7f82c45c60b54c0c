// @ts-check
// Links to pages of other people.

import { h } from "./dom.js";

/** Only what is an address of the web becomes a link. @param {string | null | undefined} url */
export function safe(url) {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

/**
 * To a page that learns nothing of ours; nothing where the address is none.
 * @param {string | null | undefined} url @param {string} text
 */
export function link(url, text) {
  const href = safe(url);
  return href && h("a", { href, target: "_blank", rel: "noopener noreferrer" }, text, " ↗");
}
