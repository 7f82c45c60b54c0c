// @ts-check
// The token of the person who proved a number, for this browser tab only.

const PLACE = "jiebang.session";

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

  end() {
    sessionStorage.removeItem(PLACE);
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
