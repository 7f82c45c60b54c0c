// @ts-check
// One request to the gateway as it is, with its status and its time; also any text, not only
// trusted documents.

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {any} body The JSON of the answer; null where the answer was a stream.
 * @property {number} ms Until the answer, or the stream's end.
 *
 * @typedef {object} Options
 * @property {string | null} token
 * @property {string} language
 * @property {AbortSignal} [signal]
 * @property {(event: any, ms: number) => void} [onevent] With this, what comes may be a stream.
 */

/** What the gateway answered instead of data, in its words. */
export class Refused extends Error {
  /** @param {string} message @param {string} code */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

/** @param {object} body @param {Options} options @returns {Promise<Reply>} */
export async function post(body, { token, language, signal, onevent }) {
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
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
  const kind = reply.headers.get("content-type") ?? "";
  if (!onevent || !reply.body || !kind.startsWith("text/event-stream")) {
    return { status: reply.status, body: await reply.json(), ms: took() };
  }
  for await (const event of events(reply.body)) onevent(event, took());
  return { status: reply.status, body: null, ms: took() };
}

/** What the events of a stream carry; their lines end with LF.
 * @param {ReadableStream<Uint8Array>} stream */
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
