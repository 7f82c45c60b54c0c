// @ts-check
// Submits an order to the gateway, once, and links to the renewal that comes of it.

/**
 * @param {any} context The page's client and session.
 * @param {string} kind A kind of action, such as UNBIND.
 * @param {string[]} ids The ids of the accounts.
 * @param {string | null} number The number, to unbind everything eligible on it. The gateway then
 *   also goes on asking platforms without a clear answer, and keeps the steps to do by hand.
 * @returns {Promise<string>} The id of the renewal.
 * @throws {Error} with the gateway's message if it refuses the order
 */
export async function submit({ client, session }, kind, ids, number) {
  const accountIds = [...ids].sort();
  const content = number ? `all/${number}` : `${kind}/${accountIds.join("/")}`;
  const idempotencyKey = session.orderKey(content);
  const answer = await send();
  session.forgetOrderKey(content);
  if (answer.__typename === "Refused")
    throw new Error([answer.message, answer.hint].filter(Boolean).join(" "));
  return answer.renewal.id;

  async function send() {
    if (number)
      return (await client.ask("StartRenewal", { input: { idempotencyKey } })).startRenewal;
    if (kind === "UNBIND")
      return (await client.ask("UnbindAccounts", { input: { accountIds, idempotencyKey } }))
        .unbindAccounts;
    return (await client.ask("RequestActions", { input: { kind, accountIds, idempotencyKey } }))
      .requestActions;
  }
}

/** The route of a renewal's view. @param {string} id */
export function renewalRoute(id) {
  return `#/renewal/${encodeURIComponent(id)}`;
}
