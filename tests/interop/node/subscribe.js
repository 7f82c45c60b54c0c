// One operation through a client for streams: node subscribe.js CLIENT URL TOKEN RETRIES
// It comes by stdin, as JSON. Prints what the client is told, a line of JSON each: {next},
// {error}, {closed}, {connected}, {complete}. After a lost connection the client begins anew,
// with the last cursor that it has seen.
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

const [name, url, token, retries] = process.argv.slice(2);
const operation = JSON.parse(await text(process.stdin));
const authorization = `Bearer ${token}`;
const tell = (what) => console.log(JSON.stringify(what));
const again = { retryAttempts: Number(retries), lazy: true };

async function overSocket() {
  const [{ createClient }, { WebSocket }] = await Promise.all([import('graphql-ws'), import('ws')]);
  return createClient({
    ...again,
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryWait: () => wait(50),
    shouldRetry: () => true, // also where nobody listens, as after a restart
    on: {
      connected: () => tell({ connected: true }),
      closed: ({ code, reason }) => tell({ closed: { code, reason } }),
    },
  });
}

async function overEvents() {
  const { createClient } = await import('graphql-sse');
  return createClient({
    ...again,
    url,
    headers: { authorization },
    retry: () => wait(50),
    on: { connected: () => tell({ connected: true }) },
  });
}

const client = await { ws: overSocket, sse: overEvents }[name]();
client.subscribe(operation, {
  next: (result) => {
    const cursor = result.data?.renewalProgress?.cursor;
    if (cursor) operation.variables.after = cursor;
    tell({ next: result });
  },
  error: (error) => {
    const errors = Array.isArray(error) ? error : null;
    tell({ error: { errors, code: error.code ?? null, status: error.response?.status ?? null } });
    client.dispose();
  },
  complete: () => {
    tell({ complete: true });
    client.dispose();
  },
});
