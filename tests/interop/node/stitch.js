// The Guild's gateway, by stitching, over a composed supergraph: node stitch.js SUPERGRAPH_FILE PORT
// Every answer tells in `extensions.calls` what was asked of which subgraph, in order.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { graphql } from 'graphql';

const [file, port] = process.argv.slice(2);

const schema = getStitchedSchemaFromSupergraphSdl({
  supergraphSdl: readFileSync(file, 'utf8'),
  batch: true,
  httpExecutorOpts: { headers: (request) => request?.context?.headers ?? {} },
  onSubschemaConfig(subschema) {
    const ask = subschema.executor;
    subschema.executor = (request) => {
      const { representations = [] } = request.variables ?? {};
      request.context?.calls.push({ subgraph: subschema.name.toLowerCase(), entities: representations.length });
      return ask(request);
    };
  },
});

const passed = ['authorization', 'accept-language'];
createServer(async (request, reply) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
  const headers = Object.fromEntries(passed.filter((n) => request.headers[n]).map((n) => [n, request.headers[n]]));
  const calls = [];
  const answer = await graphql({ schema, source: query, variableValues: variables, contextValue: { headers, calls } });
  reply.setHeader('content-type', 'application/json');
  reply.end(JSON.stringify({ ...answer, extensions: { calls } }));
}).listen(Number(port), '127.0.0.1');
