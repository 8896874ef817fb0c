/**
 * Scheduling is what people say to each other about meetings (iTIP, RFC 5546, in mails by RFC 6047): invitations, answers,
 * cancellations, proposals. Here such a message is read out of a mail, worked into a calendar object, and made. All of it is
 * pure; who may say what, and who sends, is decided in libs/scheduling.
 */
export { applyCancel, applyReply } from './apply-reply.js';
export * from './apply-request.js';
export * from './build-message.js';
export * from './compose-scheduling.js';
export * from './forward-meeting.js';
export * from './free-busy-reply.js';
export * from './meeting-news.js';
export { askedAnew } from './sequence.js';
export {
  answeredEvents,
  partstatOf,
  setPartstat,
  withoutOccurrence,
  type Answer,
  type PartStat,
} from './partstat.js';
export { comparableAddress, isInMeeting, isOrganizedBy, isOwnMeeting } from './people.js';
export {
  readSchedulingMessage,
  schedulingMethods,
  type SchedulingMessage,
  type SchedulingMethod,
} from './scheduling-message.js';
export { isScheduledByServer, scheduledByClient } from './schedule-agent.js';
export { schedulingIn } from './scheduling-part.js';
