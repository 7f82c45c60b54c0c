// Types of the schema's trusted documents, and of as much of the schema as they use.
// `python -m scripts.clients` runs this; OUT says where to write to.
module.exports = {
  schema: "../../jiebang/schema/schema.graphql",
  documents: "../../jiebang/schema/operations/*.graphql",
  generates: {
    [process.env.OUT ?? "src/types.ts"]: {
      plugins: ["typescript-operations"],
      config: {
        enumsAsTypes: true,
        inlineFragmentTypes: "combine",
        scalars: { ID: "string", Date: "string", DateTime: "string" },
        skipTypename: true,
        useTypeImports: true,
      },
    },
  },
};
