/**
 * WBXML (WAP Binary XML 1.3) as ActiveSync uses it: a tree of one-byte tags on numbered code pages, text as inline
 * strings, binary data as opaque blocks. This lib knows the bytes and nothing of what the tags mean; libs/eas does.
 * `WbxmlWriter` pushes bytes into a sink piece by piece, `WbxmlReader` pulls events out of any sequence of chunks. Neither
 * ever holds more of a document than the piece at hand, however long a string or an opaque block is.
 */
export * from './error.js';
export * from './limits.js';
export * from './reader.js';
export * from './sink.js';
export * from './writer.js';
