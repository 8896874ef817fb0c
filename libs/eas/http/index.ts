export { buildBase64Query } from './base64-query.js';
export * from './parse-query.js';
export * from './query.js';
