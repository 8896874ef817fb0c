/** Contacts, events, tasks and notes: between stored texts and what phones see of them, in both directions. */
export * from './codec.js';
export * from './contact/index.js';
export * from './event/index.js';
export * from './item-body.js';
export * from './omitted.js';
export { noteCodec } from './note/note-codec.js';
export { noteFields, noteText, type NoteFields } from './note/note-fields.js';
export { bodyStart, mailOfNote, noteHeader, noteOfMail, renamedMail } from './note/note-mail.js';
export { taskCodec } from './task/task-codec.js';
