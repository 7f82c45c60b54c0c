// Composes subgraphs with the tools of two houses; standard input and output are JSON.
// In: {"tool": "apollo" | "guild", "subgraphs": [{"name", "url", "sdl"}]}
// Out: {"errors": [text], "supergraph": text or null}
import { readFileSync } from 'node:fs';
import { composeServices as apollo } from '@apollo/composition';
import { composeServices as guild } from '@theguild/federation-composition';
import { parse } from 'graphql';

const { tool, subgraphs } = JSON.parse(readFileSync(0, 'utf8'));
const compose = { apollo, guild }[tool];
const composed = compose(
  subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
);
console.log(
  JSON.stringify({
    errors: (composed.errors ?? []).map((error) => error.message),
    supergraph: composed.supergraphSdl ?? null,
  }),
);
