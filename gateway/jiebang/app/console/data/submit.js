// @ts-check
// Orders: what is asked of the platforms about accounts, once each.

/**
 * @param {any} parts The page's client and session.
 * @param {string} kind UNBIND, CEASE_CONTACT, LOCK_ACCOUNT or NOTIFY_HOLDER.
 * @param {string[]} ids The accounts'.
 * @param {string | null} whole The number, where all that is eligible is to be unbound: then the
 *   platforms without a clear answer are asked on, and steps by hand are kept.
 * @returns {Promise<string>} The renewal's id.
 * @throws {Error} with the gateway's words, when it refuses
 */
export async function order({ client, session }, kind, ids, whole) {
  const accountIds = [...ids].sort();
  const content = whole ? `all/${whole}` : `${kind}/${accountIds.join("/")}`;
  const idempotencyKey = session.orderKey(content);
  const answer = await sent();
  session.orderTaken(content);
  if (answer.__typename === "Refused")
    throw new Error([answer.message, answer.hint].filter(Boolean).join(" "));
  return answer.renewal.id;

  async function sent() {
    if (whole)
      return (await client.ask("StartRenewal", { input: { idempotencyKey } })).startRenewal;
    if (kind === "UNBIND")
      return (await client.ask("UnbindAccounts", { input: { accountIds, idempotencyKey } }))
        .unbindAccounts;
    return (await client.ask("RequestActions", { input: { kind, accountIds, idempotencyKey } }))
      .requestActions;
  }
}

/** Where a renewal is shown. @param {string} id */
export function route(id) {
  return `#/renewal/${encodeURIComponent(id)}`;
}
