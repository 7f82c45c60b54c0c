export { ask, newKey, type AskOptions } from "./ask.js";
export * from "./documents.js";
export type { Endpoint } from "./endpoint.js";
export { Refusal, RequestFailed, Unreachable, unlessRefused, type GraphQLFault } from "./errors.js";
export { follow, type FollowOptions } from "./follow.js";
export type { Operation, Request, Subscription } from "./operation.js";
export type * from "./types.js";
