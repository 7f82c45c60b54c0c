// The client towards a real gateway at JIEBANG_URL, that runs any document; JIEBANG_TOKEN is a person's.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, test } from "node:test";
import { WebSocket } from "ws";
import { ask, Coverage, follow, LookupProgress, newKey, RenewalProgress, StartRenewal, unlessRefused } from "../dist/index.js";
import { followByWebSocket } from "../dist/websocket.js";

const { JIEBANG_URL: url, JIEBANG_TOKEN: token } = process.env;
const endpoint = { url, token, language: "en" };
const CHINESE = /\p{Script=Han}/u;

/** Compression would hide from `broken` what travels. */
class Plain extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { perMessageDeflate: false });
  }
}
const BOTH = { "Server-Sent Events": [follow, /event: next/g], "a WebSocket": [followByWebSocket, /"type": ?"next"/g] };

/** The endpoint behind a line that breaks in the middle of the second event of each connection. */
async function broken(mark, use) {
  let connections = 0;
  const lines = new Set();
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    let passed = "";
    far.on("data", (bytes) => {
      const before = passed.length;
      passed += bytes.toString("latin1");
      const [, second] = [...passed.matchAll(mark)];
      if (second === undefined) return near.write(bytes);
      near.write(bytes.subarray(0, Math.max(0, second.index + 40 - before)), () => near.destroy());
    });
    near.pipe(far);
    for (const [one, other] of [[near, far], [far, near]])
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    lines.add(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use({ ...endpoint, url: `http://127.0.0.1:${server.address().port}/graphql` });
  } finally {
    for (const one of lines) one.destroy();
    server.close();
  }
  return connections;
}

async function renewal() {
  const { startRenewal } = await ask(endpoint, StartRenewal, { input: { idempotencyKey: newKey() } });
  return unlessRefused(startRenewal).renewal;
}

async function cursors(count, events) {
  const found = [];
  for await (const { renewalProgress } of events) {
    found.push(renewalProgress.cursor);
    if (found.length === count) break;
  }
  return found;
}

describe("a real gateway", { skip: url === undefined && "JIEBANG_URL is not set" }, () => {
  test("knows the documents by their hashes", async () => {
    const sent = [];
    const watched = { ...endpoint, fetch: (to, given) => (sent.push(JSON.parse(given.body)), fetch(to, given)) };
    const { coverage } = await ask(watched, Coverage);
    assert.ok(coverage.platforms.length > 0);
    assert.deepEqual(sent.map((one) => one.query), [undefined]);
  });

  test("is sent the text of a document whose hash it does not know", async () => {
    const text = "query Mine { coverage { platforms { platform { id } } } }";
    const sha256 = createHash("sha256").update(text).digest("hex");
    const { coverage } = await ask(endpoint, { kind: "query", name: "Mine", sha256, text });
    assert.ok(coverage.platforms.length > 0);
  });

  test("refuses a bad token, at once and in either language", async () => {
    for (const [language, told] of [[undefined, CHINESE], ["zh-CN", CHINESE], ["en", /^[\x20-\x7e]+$/]]) {
      const stranger = { url, token: "forged", ...(language && { language }) };
      const refused = { name: "RequestFailed", code: "UNAUTHENTICATED", message: told };
      await assert.rejects(ask(stranger, Coverage), refused);
      await assert.rejects(follow(stranger, RenewalProgress, { id: "any" }).next(), refused);
    }
    const steps = followByWebSocket({ url, token: "forged" }, RenewalProgress, { id: "any" }, { webSocketImpl: Plain });
    await assert.rejects(steps.next(), { name: "RequestFailed", code: "UNAUTHENTICATED" });
  });

  test("answers the same key with the same renewal, and refuses another request with it in Chinese", async () => {
    const input = { idempotencyKey: newKey() };
    const first = unlessRefused((await ask(endpoint, StartRenewal, { input })).startRenewal);
    const second = unlessRefused((await ask(endpoint, StartRenewal, { input })).startRenewal);
    assert.deepEqual([first.replayed, second.replayed], [false, true]);
    assert.equal(second.renewal.id, first.renewal.id);
    const { platform } = (await ask(endpoint, Coverage)).coverage.platforms.find((one) => !one.platform.sensitive);
    const { startRenewal } = await ask({ url, token }, StartRenewal, { input: { ...input, platforms: [platform.id] } });
    assert.equal(startRenewal.__typename, "Refused");
    assert.throws(() => unlessRefused(startRenewal), { name: "Refusal", message: CHINESE });
  });

  test("shows the accounts as they come in", async () => {
    const steps = [];
    for await (const { registeredAccountsProgress: one } of follow(endpoint, LookupProgress)) steps.push(one);
    assert.equal(steps.at(-1).answered, steps.at(-1).asked);
    assert.ok(steps.length > 2);
  });

  for (const [how, [by, mark]] of Object.entries(BOTH)) {
    test(`tells every event once, over ${how} that breaks again and again`, async () => {
      const { id } = await renewal();
      const options = { pauseMs: 0, webSocketImpl: Plain };
      const whole = await cursors(12, by(endpoint, RenewalProgress, { id }, options));
      assert.equal(new Set(whole).size, 12);
      const connections = await broken(mark, async (line) =>
        assert.deepEqual(await cursors(12, by(line, RenewalProgress, { id }, options)), whole),
      );
      assert.ok(connections > 2, `${connections} connections`);
    });

    test(`ends when its signal says so, over ${how}`, async () => {
      const { id } = await renewal();
      const leave = new AbortController();
      const steps = by(endpoint, RenewalProgress, { id }, { signal: leave.signal, webSocketImpl: Plain });
      await steps.next();
      leave.abort(new Error("left"));
      await assert.rejects(async () => { for await (const _ of steps); }, { message: "left" });
    });

    test(`does not ask again for what is not there, over ${how}`, () =>
      assert.rejects(by(endpoint, RenewalProgress, { id: "nothing" }, { webSocketImpl: Plain }).next(), {
        name: "RequestFailed",
      }));
  }
});
