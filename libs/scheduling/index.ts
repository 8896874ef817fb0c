/**
 * Who says what to whom about meetings. The formats know how a scheduling message is made and worked in; here it is decided
 * who sends (exactly one does, see `SchedulingRule`), what a change of an event means for those who are invited, and which
 * messages that arrive are believed. Nothing here knows phones or mail servers: they are handed in.
 */
export * from './answer-meeting.js';
export * from './calendars.js';
export * from './free-busy.js';
export * from './meeting-writer.js';
export * from './process-mail.js';
export * from './rule.js';
export * from './scheduling-jobs.js';
