// A query through a client that knows @defer and @stream: node incremental.js CLIENT URL TOKEN
// The query and its variables come by stdin, as JSON. Prints what the client shows, whenever that
// changes, a line of JSON each: {data, error, more}.
import { text } from 'node:stream/consumers';

const [client, url, token] = process.argv.slice(2);
const { query, variables } = JSON.parse(await text(process.stdin));
const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' };
const show = (data, error, more) =>
  console.log(JSON.stringify({ data: data ?? null, error: error?.message ?? null, more }));

async function apollo(handler) {
  const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } = await import(
    '@apollo/client/core/index.js'
  );
  const incremental = await import('@apollo/client/incremental/index.js');
  const link = new HttpLink({ uri: url, headers });
  const made = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    incrementalHandler: new incremental[handler](),
    devtools: { enabled: false },
  });
  const watched = made.watchQuery({
    query: gql(query),
    variables,
    fetchPolicy: 'no-cache',
    notifyOnNetworkStatusChange: true,
    errorPolicy: 'all',
  });
  await new Promise((done) => {
    watched.subscribe(({ data, error, dataState, loading }) => {
      if (dataState === 'empty' && loading) return;
      show(data, error, dataState === 'streaming');
      if (dataState !== 'streaming') done();
    });
  });
  made.stop();
}

async function urql() {
  const { Client, fetchExchange, gql } = await import('@urql/core');
  const made = new Client({
    url,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetchOptions: { headers },
  });
  await new Promise((done) => {
    made.query(gql(query), variables).subscribe(({ data, error, hasNext }) => {
      show(data, error, hasNext);
      if (!hasNext) done();
    });
  });
}

await {
  apollo: () => apollo('GraphQL17Alpha9Handler'),
  'apollo-2022': () => apollo('Defer20220824Handler'),
  urql,
}[client]();
