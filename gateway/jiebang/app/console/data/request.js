// @ts-check
// Posts one request to the GraphQL endpoint and reports its status and duration. Unlike the client,
// it takes any query text, as the query panel needs.

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {any} body The JSON of the answer; null if the answer was a stream.
 * @property {number} ms Milliseconds until the answer arrived or the stream ended.
 *
 * @typedef {object} Options
 * @property {string | null} token
 * @property {string} language
 * @property {AbortSignal} [signal]
 * @property {(event: any, ms: number) => void} [onevent] Allows the answer to be a stream.
 */

/** The gateway answered with an error instead of data; the message is the gateway's own. */
export class RefusedError extends Error {
  /** @param {string} message @param {string} code */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** @param {object} body @param {Options} options @returns {Promise<Reply>} */
export async function post(body, { token, language, signal, onevent }) {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  const accept = onevent ? "text/event-stream, application/json" : "application/json";
  const reply = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept,
      "accept-language": language,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
    signal,
  });
  const type = reply.headers.get("content-type") ?? "";
  if (!onevent || !reply.body || !type.startsWith("text/event-stream")) {
    return { status: reply.status, body: await reply.json(), ms: elapsed() };
  }
  for await (const event of events(reply.body)) onevent(event, elapsed());
  return { status: reply.status, body: null, ms: elapsed() };
}

/**
 * The payloads of a server-sent event stream. Splitting at "\n" is enough: the gateway never sends
 * CR line ends. EventSource is no alternative, because it can neither POST nor set headers.
 * @param {ReadableStream<Uint8Array>} stream
 */
async function* events(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      if (!lines.includes("event: next")) continue;
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
      yield JSON.parse(data.join("\n"));
    }
  }
}
