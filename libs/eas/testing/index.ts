/**
 * For tests of whoever speaks ActiveSync: random values of any schema, and the judgement of the specification's own XML
 * schemas on an answer. Needs fast-check, so it is no part of the product.
 */
export { arbitraryOf } from './arbitrary.js';
export { violationsOf } from './validate-answer.js';
export type { Violation } from './violation.js';
