export * from './attachments.js';
export * from './body.js';
export * from './email.js';
export * from './gal.js';
export * from './item-groups.js';
export * from './location.js';
export * from './meeting-request.js';
export * from './rights.js';
