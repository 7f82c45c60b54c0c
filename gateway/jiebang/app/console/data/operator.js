// @ts-check
// The token of somebody who runs the service, for this tab only, apart from the person's session.

const PLACE = "jiebang.operator";

/** @returns {string | null} */
export function operatorToken() {
  return sessionStorage.getItem(PLACE);
}

/** @param {string | null} token */
export function keepOperatorToken(token) {
  if (token) sessionStorage.setItem(PLACE, token);
  else sessionStorage.removeItem(PLACE);
}

/** The demonstration's operator; null where this is no demonstration. @returns {Promise<string | null>} */
export async function demoOperator() {
  try {
    const reply = await fetch("/demo.json");
    return reply.ok ? ((await reply.json()).operator ?? null) : null;
  } catch {
    return null;
  }
}
