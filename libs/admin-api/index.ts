/**
 * The administrators' API as data: every route once, with who may call it, what it takes and what it answers. The guards
 * and the validation of apps/admin, the OpenAPI document and the typed client follow from `routes`.
 */
export { AdminClient, addressOf, ApiRefusal, type CallOf, type ClientOptions } from './client.js';
export { openApiDocument, renderApi } from './openapi.js';
export * from './route.js';
export { API_BASE, routes, type RouteName, type Routes } from './routes.js';
export { Problem } from './schemas/common.js';
export * as devices from './schemas/devices.js';
export * as operations from './schemas/operations.js';
export * as people from './schemas/people.js';
export * as policies from './schemas/policies.js';
