// @ts-check
// One lookup: every platform's answer as it comes in. It outlives the view that shows it, so that
// going elsewhere and back, or reading it in the other language, asks no platform again.

import { Unreachable } from "./client.js";

/** Milliseconds for which an answer is shown again; the accounts' ids are good for longer. */
const FRESH = 8 * 60_000;

export class Lookup {
  /** @param {string} token Whose it is. @param {import("./client.js").Client} client */
  constructor(token, client) {
    this.token = token;
    this.language = client.language();
    /** @type {Map<string, any>} By the platform's id, in the order of the answers. */
    this.results = new Map();
    /** @type {Set<string>} Ids of eligible accounts that are not to be unbound. */
    this.spared = new Set();
    /** @type {any} All of it, once every platform has answered. */
    this.whole = null;
    this.asked = 0;
    this.answered = 0;
    /** @type {unknown} */
    this.error = null;
    this.heard = () => {};
    this.began = Date.now();
    this.controller = new AbortController();
    const onstep = (/** @type {any} */ data) => this.#take(data.registeredAccountsProgress);
    client
      .follow("LookupProgress", {}, onstep, this.controller.signal)
      .then(() => {
        if (!this.whole) throw new Unreachable(); // the gateway left before the end
      })
      .catch((error) => {
        this.error = error;
        this.heard();
      });
  }

  get current() {
    return !this.error && Date.now() - this.began < FRESH;
  }

  /** Those with one of these outcomes. @param {...string} outcomes */
  of(...outcomes) {
    return [...this.results.values()].filter((one) => outcomes.includes(one.outcome));
  }

  /** Each account with where it is: a platform's id and name, or for sensitive kinds the category. */
  accounts() {
    const named = [...this.results.values()].flatMap(({ platform, accounts }) =>
      accounts.map((/** @type {any} */ account) => ({ account, place: platform.id, platform })),
    );
    const counted = (this.whole?.sensitive ?? []).flatMap(
      (/** @type {any} */ { category, accounts }) =>
        accounts.map((/** @type {any} */ account) => ({ account, place: category, category })),
    );
    return [...named, ...counted];
  }

  eligible() {
    return this.accounts().filter(({ account }) => account.eligible);
  }

  chosen() {
    return this.eligible().filter(({ account }) => !this.spared.has(account.id));
  }

  /** @param {any} step */
  #take(step) {
    this.asked = step.asked;
    this.answered = step.answered;
    if (step.platform) this.results.set(step.platform.platform.id, step.platform);
    if (step.result) {
      this.whole = step.result;
      for (const one of step.result.platforms) this.results.set(one.platform.id, one);
    }
    this.heard();
  }
}

/** @type {Lookup | null} */
let last = null;

/**
 * The last lookup while it is fresh and this person's, else a new one.
 * @param {string} token @param {import("./client.js").Client} client
 */
export function lookup(token, client) {
  if (last?.token !== token || !last.current) {
    forget();
    last = new Lookup(token, client);
  }
  return last;
}

/** Something was ordered, or is to be asked anew. */
export function forget() {
  last?.controller.abort();
  last = null;
}

/**
 * The names and the steps of platforms in another language than the answers came in.
 * @param {Lookup} asked @param {import("./client.js").Client} client @param {AbortSignal} signal
 * @returns {Promise<Map<string, {name: string, guide: any}>>} By the platform's id; empty if it is the same language.
 */
export async function translated(asked, client, signal) {
  if (asked.language === client.language()) return new Map();
  const { coverage } = await client.ask("Catalogue", {}, signal);
  return new Map(
    coverage.platforms.map((/** @type {any} */ { platform, guide }) => [
      platform.id,
      { name: platform.name, guide },
    ]),
  );
}
