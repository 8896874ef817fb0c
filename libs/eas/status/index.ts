export * from './common.js';
export * from './status-error.js';
export * from './tables.js';
