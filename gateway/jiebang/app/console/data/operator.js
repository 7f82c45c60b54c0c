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

/** What a demo offers to start with; null outside a demo. */
export async function fetchDemo() {
  try {
    const reply = await fetch("/demo.json");
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}
