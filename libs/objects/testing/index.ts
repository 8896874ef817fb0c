/** A codec for tests of objects that are not about what phones see. */
export { lineCodec } from './line-codec.js';
