// @ts-check
// The words that the gateway gives, shared with the demo's report: one for each value of a closed
// list, and all that is said of a kind of action.

/** @typedef {Record<string, Record<string, [string, string]>>} Terms By list and value. */

/** @type {Promise<Terms> | null} */
let terms = null;

/** Loads them, once for all views. @returns {Promise<Terms>} */
export function loadTerms() {
  terms ??= fetch("/console/terms.json")
    .then((reply) => reply.json())
    .catch((error) => {
      terms = null;
      throw error;
    });
  return terms;
}

/**
 * The word for a key such as `deny.OTHER` or `confirm.UNBIND.lead`, if there is one.
 * @param {Terms} lists @param {string} key @param {string} language
 * @returns {string | undefined}
 */
export function findTerm(lists, key, language) {
  const dot = key.indexOf(".");
  return lists[key.slice(0, dot)]?.[key.slice(dot + 1)]?.[language === "en" ? 1 : 0];
}

/** The kinds of action, in the order to show them. @param {Terms} lists */
export function actionKinds(lists) {
  return Object.keys(lists.kind ?? {});
}
