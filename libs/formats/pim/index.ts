/** Contacts, events, tasks and notes: between stored texts and what phones see of them, in both directions. */
export * from './codec.js';
export * from './contact/index.js';
export * from './item-body.js';
export * from './omitted.js';
export { noteCodec } from './note/note-codec.js';
export { taskCodec } from './task/task-codec.js';
