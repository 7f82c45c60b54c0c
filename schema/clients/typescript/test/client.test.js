// The client towards a gateway that behaves as the test says: over real HTTP, without Jiebang.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createNetServer } from "node:net";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import * as client from "../dist/index.js";
import { followByWebSocket } from "../dist/websocket.js";

const { ask, follow, newKey, unlessRefused } = client;
const { Coverage, LookupProgress, Renewal, RenewalProgress, StartRenewal } = client;
const COMPLETE = "event: complete\ndata:\n\n";
const AT_ONCE = { pauseMs: 0, attempts: 3 };

function eventOf(cursor) {
  return `event: next\ndata: ${JSON.stringify({ data: { renewalProgress: { cursor } } })}\n\n`;
}

function fault(code, more = {}) {
  return { errors: [{ message: "No.", extensions: { code, ...more } }] };
}

/** An endpoint that answers by `handler(body, reply, request)`, for as long as `use` takes. */
async function gateway(handler, use) {
  const server = createServer(async (request, reply) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    handler(JSON.parse(Buffer.concat(chunks).toString()), reply, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use({ url: `http://127.0.0.1:${server.address().port}/graphql`, token: "secret", language: "en" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function json(reply, answer, status = 200) {
  reply.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
}

function stream(reply, ...chunks) {
  reply.writeHead(200, { "Content-Type": "text/event-stream" });
  for (const chunk of chunks) reply.write(chunk);
  return reply;
}

async function all(steps) {
  const found = [];
  for await (const step of steps) found.push(step.renewalProgress.cursor);
  return found;
}

test("every document carries the hash of its text", () => {
  const documents = Object.values(client).filter((one) => one?.sha256);
  assert.ok(documents.length > 10);
  for (const one of documents) assert.equal(createHash("sha256").update(one.text).digest("hex"), one.sha256);
});

test("two keys are never the same", () => assert.notEqual(newKey(), newKey()));

describe("ask", () => {
  test("sends the hash, the token and the language", () =>
    gateway(
      (body, reply, request) => {
        assert.equal(body.query, undefined);
        assert.equal(body.extensions.persistedQuery.sha256Hash, Renewal.sha256);
        assert.equal(request.headers.authorization, "Bearer secret");
        assert.equal(request.headers["accept-language"], "en");
        json(reply, { data: { renewal: null } });
      },
      async (endpoint) => assert.deepEqual(await ask(endpoint, Renewal, { id: "r1" }), { renewal: null }),
    ));

  test("sends the text to a gateway that does not know the hash", () =>
    gateway(
      (body, reply) => {
        if (body.query === undefined) return json(reply, fault("PERSISTED_QUERY_NOT_FOUND"), 400);
        assert.equal(body.query, Coverage.text);
        json(reply, { data: { coverage: { platforms: [] } } });
      },
      async (endpoint) => assert.deepEqual((await ask(endpoint, Coverage)).coverage.platforms, []),
    ));

  test("says what the gateway refuses, and why", () =>
    gateway(
      (_, reply) => json(reply, fault("UNAUTHENTICATED", { reason: "TOKEN_REFUSED", hint: "Get one." }), 401),
      (endpoint) =>
        assert.rejects(ask(endpoint, Coverage), {
          name: "RequestFailed",
          code: "UNAUTHENTICATED",
          reason: "TOKEN_REFUSED",
          hint: "Get one.",
        }),
    ));

  test("carries Chinese both ways, and raises what is refused on demand", () =>
    gateway(
      (body, reply) => {
        assert.equal(body.variables.input.idempotencyKey, "订单-1");
        json(reply, { data: { startRenewal: { __typename: "Refused", code: "CONFLICT", message: "不行" } } });
      },
      async (endpoint) => {
        const { startRenewal } = await ask(endpoint, StartRenewal, { input: { idempotencyKey: "订单-1" } });
        assert.throws(() => unlessRefused(startRenewal), { name: "Refusal", message: "不行" });
      },
    ));

  test("tells a proxy's page from a gateway that is down", async () => {
    for (const [status, name] of [[404, "RequestFailed"], [200, "RequestFailed"], [502, "Unreachable"]])
      for (const page of ["<html>", '{"errors": "no"}', "null", ""])
        await gateway(
          (_, reply) => reply.writeHead(status, { "Content-Type": "text/html" }).end(page),
          (endpoint) => assert.rejects(ask(endpoint, Coverage), { name }),
        );
  });

  test("is Unreachable where nobody answers, or not in time", async () => {
    const endpoint = await gateway(() => {}, async (one) => {
      await assert.rejects(ask(one, Coverage, {}, { timeoutMs: 20 }), { name: "Unreachable" });
      return one;
    });
    await assert.rejects(ask(endpoint, Coverage), (error) => error.name === "Unreachable" && error.cause !== undefined);
  });

  test("asks for the present token, and passes on why there is none", () =>
    gateway(
      (_, reply, request) => {
        assert.equal(request.headers.authorization, "Bearer fresh");
        json(reply, { data: { renewal: null } });
      },
      async (endpoint) => {
        await ask({ ...endpoint, token: async () => "fresh" }, Renewal, { id: "r1" });
        const locked = () => Promise.reject(new Error("locked"));
        await assert.rejects(ask({ ...endpoint, token: locked }, Renewal, { id: "r1" }), { message: "locked" });
      },
    ));

  test("ends with its signal", () =>
    gateway(
      () => leave.abort(new Error("left")),
      (endpoint) => assert.rejects(ask(endpoint, Coverage, {}, { signal: leave.signal }), { message: "left" }),
    ));
  const leave = new AbortController();
});

describe("follow", () => {
  test("goes on after the last event when the stream is cut", async () => {
    const after = [];
    let reconnects = 0;
    await gateway(
      (body, reply) => {
        after.push(body.variables.after);
        if (after.length === 1) stream(reply, eventOf("c1"), ": alive\n\n", eventOf("c2")).end();
        else stream(reply, eventOf("c3"), COMPLETE);
      },
      async (endpoint) => {
        const options = { ...AT_ONCE, onReconnect: () => (reconnects += 1) };
        assert.deepEqual(await all(follow(endpoint, RenewalProgress, { id: "r1" }, options)), ["c1", "c2", "c3"]);
      },
    );
    assert.deepEqual(after, [undefined, "c2"]);
    assert.equal(reconnects, 1);
  });

  test("goes on with the next token when the stream ends with the last", async () => {
    const asked = [];
    const tokens = ["one", "two", "two"];
    await gateway(
      (body, reply, request) => {
        asked.push([request.headers.authorization, body.variables.after]);
        const over = fault("UNAUTHENTICATED", { reason: "TOKEN_REFUSED" });
        if (asked.length === 3) return json(reply, over, 401);
        stream(reply, eventOf(`c${asked.length}`), `event: next\ndata: ${JSON.stringify(over)}\n\n`, COMPLETE).end();
      },
      async (endpoint) => {
        const steps = follow({ ...endpoint, token: () => tokens.shift() }, RenewalProgress, { id: "r1" }, AT_ONCE);
        await assert.rejects(all(steps), { name: "RequestFailed", code: "UNAUTHENTICATED" });
      },
    );
    assert.deepEqual(asked, [["Bearer one", undefined], ["Bearer two", "c1"], ["Bearer two", "c2"]]);
  });

  test("reads an event in any pieces", () =>
    gateway(
      (_, reply) => {
        const bytes = Buffer.from((eventOf("网\u2028盘") + COMPLETE).replaceAll("\n", "\r\n"));
        stream(reply);
        const write = (at) => {
          if (at < bytes.length) reply.write(bytes.subarray(at, at + 1), () => setImmediate(write, at + 1));
        };
        write(0);
      },
      async (endpoint) => assert.deepEqual(await all(follow(endpoint, RenewalProgress, { id: "r1" })), ["网\u2028盘"]),
    ));

  test("gives up after its attempts, and at once where there is no cursor", async () => {
    let asked = 0;
    await gateway(
      (_, reply) => ((asked += 1), stream(reply).end()),
      async (endpoint) => {
        await assert.rejects(all(follow(endpoint, RenewalProgress, { id: "r1" }, AT_ONCE)), { name: "Unreachable" });
        assert.equal(asked, 3);
        await assert.rejects(all(follow(endpoint, LookupProgress, {}, AT_ONCE)), { name: "Unreachable" });
        assert.equal(asked, 4);
      },
    );
  });

  test("does not give up a quiet stream that is cut again and again", async (context) => {
    context.mock.timers.enable({ apis: ["Date"] });
    let asked = 0;
    await gateway(
      (_, reply) => {
        asked += 1;
        context.mock.timers.tick(60_000);
        if (asked < 3 * AT_ONCE.attempts) stream(reply, ": alive\n\n").end();
        else stream(reply, eventOf("c1"), COMPLETE);
      },
      async (endpoint) => assert.deepEqual(await all(follow(endpoint, RenewalProgress, { id: "r1" }, AT_ONCE)), ["c1"]),
    );
  });

  test("keeps its place when an event is empty", async () => {
    const after = [];
    const empty = 'event: next\ndata: {"data": {"renewalProgress": null}}\n\n';
    await gateway(
      (body, reply) => {
        after.push(body.variables.after);
        if (after.length === 1) stream(reply, eventOf("c1"), empty).end();
        else stream(reply, COMPLETE);
      },
      async (endpoint) => {
        for await (const _ of follow(endpoint, RenewalProgress, { id: "r1" }, AT_ONCE));
      },
    );
    assert.deepEqual(after, [undefined, "c1"]);
  });

  test("counts silence as a cut, and hangs up", async () => {
    for (const answer of [(reply) => stream(reply, ": alive\n\n"), () => {}]) {
      const closed = [];
      await gateway(
        (_, reply) => {
          closed.push(once(reply, "close"));
          answer(reply);
        },
        async (endpoint) => {
          const steps = follow(endpoint, RenewalProgress, { id: "r1" }, { attempts: 1, idleMs: 300 });
          await assert.rejects(all(steps), { name: "Unreachable" });
          assert.equal(closed.length, 1);
          await Promise.all(closed);
        },
      );
    }
  });

  test("ends with an error in the stream", () =>
    gateway(
      (_, reply) => stream(reply, `event: next\ndata: ${JSON.stringify(fault("IDENTIFIER_NOT_FOUND"))}\n\n`),
      (endpoint) =>
        assert.rejects(all(follow(endpoint, RenewalProgress, { id: "r1" }, AT_ONCE)), { code: "IDENTIFIER_NOT_FOUND" }),
    ));

  test("closes the connection when the loop is left, or the signal says so", async () => {
    for (const how of ["loop", "signal"]) {
      const leave = new AbortController();
      let closed;
      await gateway(
        (_, reply) => {
          closed = once(reply, "close");
          stream(reply, eventOf("c1"));
        },
        async (endpoint) => {
          const steps = follow(endpoint, RenewalProgress, { id: "r1" }, { signal: leave.signal });
          await steps.next();
          if (how === "loop") await steps.return();
          else {
            leave.abort(new Error("left"));
            await assert.rejects(steps.next(), { message: "left" });
          }
          await closed;
        },
      );
    }
  });
});

describe("followByWebSocket", () => {
  /** Answers each `subscribe` by `handler(socket, message, nth)`. */
  async function sockets(handler, use) {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "graphql-transport-ws" });
    await once(server, "listening");
    let nth = 0;
    server.on("connection", (socket) =>
      socket.on("message", (raw) => {
        const message = JSON.parse(raw.toString());
        if (message.type === "connection_init") {
          if (message.payload.authorization !== "Bearer secret") return socket.close(4403, "Forbidden");
          socket.send(JSON.stringify({ type: "connection_ack" }));
        } else if (message.type === "subscribe") handler(socket, message, (nth += 1));
      }),
    );
    try {
      await use({ url: `http://127.0.0.1:${server.address().port}/graphql`, token: "secret" });
    } finally {
      for (const one of server.clients) one.terminate();
      server.close();
    }
  }
  const options = { ...AT_ONCE, webSocketImpl: WebSocket };
  const next = (id, cursor) => JSON.stringify({ id, type: "next", payload: { data: { renewalProgress: { cursor } } } });

  for (const [how, cut] of Object.entries({ breaks: (s) => s.terminate(), closes: (s) => s.close(1000) }))
    test(`goes on after the last event when the other side ${how}`, async () => {
      const after = [];
      await sockets(
        (socket, { id, payload }, nth) => {
          after.push(payload.variables.after);
          assert.equal(payload.query, RenewalProgress.text);
          assert.equal(payload.extensions.persistedQuery.sha256Hash, RenewalProgress.sha256);
          if (nth === 1) return socket.send(next(id, "c1"), () => cut(socket));
          socket.send(next(id, "c2"));
          socket.send(JSON.stringify({ id, type: "complete" }));
        },
        async (endpoint) => {
          const steps = followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, options);
          assert.deepEqual(await all(steps), ["c1", "c2"]);
        },
      );
      assert.deepEqual(after, [undefined, "c1"]);
    });

  test("ends with an error of the operation", () =>
    sockets(
      (socket, { id }) =>
        socket.send(JSON.stringify({ id, type: "error", payload: fault("IDENTIFIER_NOT_FOUND").errors })),
      (endpoint) =>
        assert.rejects(all(followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, options)), {
          code: "IDENTIFIER_NOT_FOUND",
        }),
    ));

  test("is Unreachable where nobody answers", () =>
    assert.rejects(
      all(followByWebSocket({ url: "http://127.0.0.1:1/graphql" }, RenewalProgress, { id: "r1" }, options)),
      { name: "Unreachable" },
    ));

  test("is Unreachable, or ends with its signal, where somebody listens and says nothing", async () => {
    const servers = [new WebSocketServer({ port: 0, host: "127.0.0.1" }), createNetServer().listen(0, "127.0.0.1")];
    for (const server of servers) {
      server.on("connection", (one) => one.on("error", () => {}));
      if (server.address() === null) await once(server, "listening");
      const endpoint = { url: `http://127.0.0.1:${server.address().port}/graphql` };
      const short = { ...options, idleMs: 20 };
      await assert.rejects(all(followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, short)), {
        name: "Unreachable",
      });
      const leave = new AbortController();
      const steps = followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, { ...options, signal: leave.signal });
      server.once("connection", () => leave.abort(new Error("left")));
      await assert.rejects(steps.next(), { message: "left" });
      server.close();
    }
  });

  test("counts silence after an event as a cut", () =>
    sockets(
      (socket, { id, payload }) => {
        const cut = payload.variables.after === "c1";
        socket.send(next(id, cut ? "c2" : "c1"));
        if (cut) socket.send(JSON.stringify({ id, type: "complete" }));
      },
      async (endpoint) => {
        const steps = followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, { ...options, attempts: 100, idleMs: 50 });
        assert.deepEqual(await all(steps), ["c1", "c2"]);
      },
    ));

  test("leaves nothing behind that keeps a program from ending, though more comes after it left", () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === "Timeout").length;
    const before = timers();
    return sockets(
      (socket, { id }) => {
        socket.send(next(id, "c1"));
        socket.send(next(id, "c2"));
        socket.on("message", () => socket.send(next(id, "c3"))); // the answer to its `complete`
      },
      async (endpoint) => {
        let closed;
        class Watched extends WebSocket {
          constructor(...given) {
            super(...given);
            closed = once(this, "close");
          }
        }
        const given = { ...options, webSocketImpl: Watched };
        const steps = followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, given);
        await steps.next();
        await steps.return();
        await closed;
        assert.ok(timers() <= before);
      },
    );
  });

  test("passes on why there is no token", () => {
    const locked = () => Promise.reject(new Error("locked"));
    const steps = followByWebSocket({ url: "http://127.0.0.1:1/graphql", token: locked }, RenewalProgress, { id: "r1" });
    return assert.rejects(steps.next(), { message: "locked" });
  });

  test("comes back with another token when the stream ends with the last", () => {
    const tokens = ["secret", "other"];
    return sockets(
      (socket, { id }) => {
        const payload = { data: null, ...fault("UNAUTHENTICATED", { reason: "TOKEN_REFUSED" }) };
        socket.send(JSON.stringify({ id, type: "next", payload }));
        socket.send(JSON.stringify({ id, type: "complete" }));
      },
      (endpoint) =>
        assert.rejects(
          all(followByWebSocket({ ...endpoint, token: () => tokens.shift() }, RenewalProgress, { id: "r1" }, options)),
          { name: "RequestFailed", message: "The gateway refused the token." },
        ),
    );
  });

  test("does not come back with a token that is refused", () =>
    sockets(
      () => assert.fail("nothing is asked"),
      (endpoint) =>
        assert.rejects(
          all(followByWebSocket({ ...endpoint, token: "other" }, RenewalProgress, { id: "r1" }, options)),
          { name: "RequestFailed", code: "UNAUTHENTICATED" },
        ),
    ));

  test("ends with its signal", () => {
    const leave = new AbortController();
    return sockets(
      (socket, { id }) => socket.send(next(id, "c1")),
      async (endpoint) => {
        const steps = followByWebSocket(endpoint, RenewalProgress, { id: "r1" }, { ...options, signal: leave.signal });
        await steps.next();
        leave.abort(new Error("left"));
        await assert.rejects(steps.next(), { message: "left" });
      },
    );
  });
});
