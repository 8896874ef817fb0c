/*
 * What `import 'fast-check'` is in a test. A continuous integration server judges the change and not its luck: there the
 * values are drawn from one seed, the same every time. Everywhere else each run draws anew, and `npm run test:properties`
 * (PROPERTY_TIMES) draws many times as much, to look for what nobody has thought of.
 */
const actual = require('../node_modules/fast-check/lib/cjs/fast-check.js');

const times = Number(process.env.PROPERTY_TIMES ?? 1);
if (process.env.CI && times === 1) actual.configureGlobal({ seed: 20_261_123 });

const assert = (property, { numRuns = 100, ...others } = {}) =>
  actual.assert(property, { numRuns: numRuns * times, ...others });

const all = { ...actual.default, assert };
module.exports = { ...actual, assert, default: all, __esModule: true };
