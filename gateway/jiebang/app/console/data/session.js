// @ts-check
// The session of the person who proved a number. sessionStorage ends it with the browser tab.

const KEY = "jiebang.session";
const ORDER = "jiebang.order.";

export const session = {
  /** @returns {string | null} Null as soon as the token has expired. */
  get token() {
    const entry = read();
    return entry && Date.parse(entry.expiresAt) > Date.now() ? entry.token : null;
  },

  /** The masked number. @returns {string} */
  get number() {
    return this.token ? (read()?.number ?? "") : "";
  },

  /** @param {{ token: string, number: string, expiresAt: string }} proof */
  begin({ token, number, expiresAt }) {
    sessionStorage.setItem(KEY, JSON.stringify({ token, number, expiresAt }));
  },

  /** Removes the token, and the keys of orders that the gateway never answered. */
  end() {
    for (const key of Object.keys(sessionStorage)) {
      if (key === KEY || key.startsWith(ORDER)) sessionStorage.removeItem(key);
    }
  },

  /**
   * The idempotency key of an order. It stays the same until the gateway has answered, so that a
   * second click or a reload in between cannot place the order twice.
   * @param {string} content Identifies what is ordered.
   */
  orderKey(content) {
    const key = sessionStorage.getItem(ORDER + content) ?? crypto.randomUUID();
    sessionStorage.setItem(ORDER + content, key);
    return key;
  },

  /** Lets the same content be ordered anew. @param {string} content */
  forgetOrderKey(content) {
    sessionStorage.removeItem(ORDER + content);
  },
};

/** @returns {{ token: string, number: string, expiresAt: string } | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/**
 * When a token expires, according to its own claims.
 * @param {string} token @returns {string} ISO 8601.
 */
export function expiry(token) {
  const [, claims] = token.split(".");
  const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
  return new Date(exp * 1000).toISOString();
}
