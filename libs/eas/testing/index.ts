/** For tests of whoever speaks ActiveSync: random values of any schema. Needs fast-check, so it is no part of the product. */
export { arbitraryOf } from './arbitrary.js';
