// @ts-check
// The public GraphQL endpoint, by trusted documents alone.

import { post, Refused } from "./request.js";

/** The token is not accepted any more: who one is has to be proven again. */
export class Expired extends Refused {
  constructor(message = "") {
    super(message, "UNAUTHENTICATED");
  }
}

/** No answer came: offline, or the gateway is down. */
export class Unreachable extends Error {}

const PROVING = new Set(["RequestPossessionCode", "ConfirmPossession"]);

/** @type {Promise<Record<string, string>> | null} */
let hashes = null;

export class Client {
  /** @param {{ token: string | null }} session @param {() => string} language */
  constructor(session, language) {
    this.session = session;
    this.language = language;
  }

  /**
   * The data of one trusted document.
   * @param {string} operation @param {object} [variables] @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async ask(operation, variables = {}, signal) {
    const { body, status } = await this.#send(operation, variables, { signal });
    return checked(body, status);
  }

  /**
   * What a subscription sends, to its end.
   * @param {string} operation @param {object} variables
   * @param {(data: any) => void} heard @param {AbortSignal} signal
   */
  async follow(operation, variables, heard, signal) {
    const onevent = (/** @type {any} */ event) => heard(checked(event, 200));
    const { body, status } = await this.#send(operation, variables, { signal, onevent });
    if (body) checked(body, status);
  }

  /** @param {string} operation @param {object} variables @param {any} options */
  async #send(operation, variables, options) {
    try {
      hashes ??= fetch("/console/documents.json").then((reply) => reply.json());
      const sha256Hash = (await hashes)[operation];
      const extensions = { persistedQuery: { version: 1, sha256Hash } };
      // Whoever proves a number comes without a token: another person's would not do.
      const token = PROVING.has(operation) ? null : this.session.token;
      return await post(
        { extensions, variables },
        { ...options, token, language: this.language() },
      );
    } catch (error) {
      if (error instanceof TypeError) {
        hashes = null;
        throw new Unreachable();
      }
      throw error;
    }
  }
}

/** @param {any} body @param {number} status */
function checked(body, status) {
  const error = body?.errors?.[0];
  if (!error) return body.data;
  const code = error.extensions?.code ?? "";
  const message = [error.message, error.extensions?.hint].filter(Boolean).join(" ");
  if (status === 401 || code === "UNAUTHENTICATED") throw new Expired(message);
  throw new Refused(message, code);
}
