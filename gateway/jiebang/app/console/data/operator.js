// @ts-check
// The operator's token. It is kept for this tab only, and apart from the person's session, so that
// ending one does not end the other.

const KEY = "jiebang.operator";

/** @returns {string | null} */
export function operatorToken() {
  return sessionStorage.getItem(KEY);
}

/** @param {string | null} token Null removes it. */
export function storeOperatorToken(token) {
  if (token) sessionStorage.setItem(KEY, token);
  else sessionStorage.removeItem(KEY);
}

/** The token of the demo's operator; null outside a demo. @returns {Promise<string | null>} */
export async function fetchDemoToken() {
  try {
    const reply = await fetch("/demo.json");
    return reply.ok ? ((await reply.json()).operator ?? null) : null;
  } catch {
    return null;
  }
}
