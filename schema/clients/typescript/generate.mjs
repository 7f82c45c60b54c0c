// Writes src/types.ts and src/documents.ts: what the trusted documents take and give, and the
// documents themselves, each with the fragments that it spreads. `npm run build` begins with it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { plugin } from "@graphql-codegen/typescript-operations";
import { buildSchema, Kind, lexicographicSortSchema, parse, visit } from "graphql";

const SCHEMA = new URL("../../jiebang/schema/", import.meta.url);
const NOTE = "// Written by generate.mjs from the schema and its trusted documents.\n\n";
const CONFIG = {
  enumsAsTypes: true,
  inlineFragmentTypes: "combine",
  scalars: { ID: "string", Date: "string", DateTime: "string" },
  skipTypename: true,
  useTypeImports: true,
};

const read = (name) => readFileSync(new URL(name, SCHEMA), "utf8");
const write = (name, text) => writeFileSync(new URL(`src/${name}.ts`, import.meta.url), NOTE + text);
const source = (name) => ({ text: read(`operations/${name}`), document: parse(read(`operations/${name}`)) });
const names = readdirSync(new URL("operations/", SCHEMA)).filter((name) => name.endsWith(".graphql")).sort();
const sources = new Map(names.map((name) => [name, source(name)]));
const shared = new Map(
  sources.get("fragments.graphql").document.definitions.map((one) => [
    one.name.value,
    { text: one.loc.source.body.slice(one.loc.start, one.loc.end), document: one },
  ]),
);

/** The names of the fragments that a document or a fragment spreads. */
function spread(node) {
  const found = new Set();
  visit(node, { FragmentSpread: (one) => void found.add(one.name.value) });
  return found;
}

/** The text, then each fragment once, in the order in which they are first needed: what is hashed. */
function complete({ text, document }) {
  const needed = spread(document); // grows while it is read
  const parts = [text.trimEnd()];
  for (const name of needed) {
    parts.push(shared.get(name).text);
    for (const other of spread(shared.get(name).document)) needed.add(other);
  }
  return parts.join("\n\n") + "\n";
}

/** Whether a subscription can be taken up: it takes `after`, and each event tells its `cursor`. */
function resumes({ variableDefinitions, selectionSet }) {
  const told = selectionSet.selections.flatMap((one) => one.selectionSet.selections.map((inner) => inner.name?.value));
  return variableDefinitions.some((one) => one.variable.name.value === "after") && told.includes("cursor");
}

function constant(one) {
  const operation = one.document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const kind = operation.operation;
  const name = operation.name.value;
  const result = `types.${name}${kind[0].toUpperCase()}${kind.slice(1)}`;
  const text = complete(one);
  const fields = {
    kind,
    name,
    ...(kind === "subscription" ? { resumes: resumes(operation) } : {}),
    sha256: createHash("sha256").update(text).digest("hex"),
    text,
  };
  const type = `${kind === "subscription" ? "Subscription" : "Request"}<${result}, ${result}Variables>`;
  const comment = /^# *(.*)/.exec(text)?.[1] ?? name;
  return `/** ${comment} */\nexport const ${name}: ${type} = ${JSON.stringify(fields, null, 2)};\n`;
}

const documents = [...sources].map(([location, { document }]) => ({ location, document }));
const schema = lexicographicSortSchema(buildSchema(read("schema.graphql"), { assumeValidSDL: true }));
const { prepend, content } = await plugin(schema, documents, CONFIG, {});
write("types", [...prepend, content].join("\n"));

sources.delete("fragments.graphql");
const head = 'import type { Request, Subscription } from "./operation.js";\nimport type * as types from "./types.js";\n\n';
write("documents", head + [...sources.values()].map(constant).join("\n"));
