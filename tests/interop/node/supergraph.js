// Apollo's gateway over a composed supergraph: node supergraph.js SUPERGRAPH_FILE PORT
// Every answer tells in `extensions.calls` what was asked of which subgraph, in order.
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

const [file, port] = process.argv.slice(2);

class Subgraph extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const [name, value] of Object.entries(context.headers ?? {})) {
      request.http.headers.set(name, value);
    }
    const representations = request.variables?.representations ?? [];
    context.calls?.push({ subgraph: this.name, entities: representations.length });
  }
}

const server = new ApolloServer({
  gateway: new ApolloGateway({
    supergraphSdl: readFileSync(file, 'utf8'),
    buildService: ({ name, url }) => Object.assign(new Subgraph({ url }), { name }),
  }),
  plugins: [
    {
      requestDidStart: async () => ({
        willSendResponse: async ({ response, contextValue }) => {
          response.body.singleResult.extensions = { calls: contextValue.calls };
        },
      }),
    },
  ],
});

const passed = ['authorization', 'accept-language'];
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(port) },
  context: async ({ req }) => ({
    calls: [],
    headers: Object.fromEntries(passed.filter((n) => req.headers[n]).map((n) => [n, req.headers[n]])),
  }),
});
