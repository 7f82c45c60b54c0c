// @ts-check
// The token of the person who proved a number, for this browser tab only.

const PLACE = "jiebang.session";
const ORDER = "jiebang.order.";

export const session = {
  /** @returns {string | null} Null as soon as it has run out. */
  get token() {
    const kept = read();
    return kept && Date.parse(kept.expiresAt) > Date.now() ? kept.token : null;
  },

  /** The number, masked. @returns {string} */
  get number() {
    return this.token ? (read()?.number ?? "") : "";
  },

  /** @param {{ token: string, number: string, expiresAt: string }} proven */
  begin({ token, number, expiresAt }) {
    sessionStorage.setItem(PLACE, JSON.stringify({ token, number, expiresAt }));
  },

  /** The token, and every order that was not taken. */
  end() {
    for (const key of Object.keys(sessionStorage)) {
      if (key === PLACE || key.startsWith(ORDER)) sessionStorage.removeItem(key);
    }
  },

  /**
   * The idempotency key of one order: the same until it is taken, whatever is clicked or loaded
   * again meanwhile.
   * @param {string} content What is ordered.
   */
  orderKey(content) {
    const key = sessionStorage.getItem(ORDER + content) ?? crypto.randomUUID();
    sessionStorage.setItem(ORDER + content, key);
    return key;
  },

  /** @param {string} content */
  orderTaken(content) {
    sessionStorage.removeItem(ORDER + content);
  },
};

/** @returns {{ token: string, number: string, expiresAt: string } | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  } catch {
    return null;
  }
}

/** When a token runs out, by its own word. @param {string} token */
export function expiry(token) {
  const [, claims] = token.split(".");
  const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
  return new Date(exp * 1000).toISOString();
}
