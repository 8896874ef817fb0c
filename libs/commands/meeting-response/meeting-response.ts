import { CommonStatus, EasStatusError, MeetingResponseRequest, MeetingResponseResponse } from '#eas';
import { MalformedText } from '#formats';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { AnswerRun } from './answer-run.js';
import { readRequest, type WireRequest } from './meeting-request.js';
import { MeetingStatus, statusOf } from './status.js';

/** MS-ASCMD 3.1.5.10: more than this is Status 103. */
const MOST_REQUESTS = 100;

/**
 * MS-ASCMD 2.2.1.11 MeetingResponse: the user's answer goes into the calendar, the invitation out of the mailbox, and from
 * 16.0 on, if the phone orders it, a mail to the organizer (traps 89, 90).
 */
export async function meetingResponse(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, MeetingResponseRequest);
  const requests = value.Request ?? [];
  if (requests.length > MOST_REQUESTS) {
    throw new EasStatusError('MeetingResponse', CommonStatus.InvalidXML, `${requests.length} requests`);
  }
  const lease = context.account.lease();
  try {
    const run = await AnswerRun.begin(context, lease);
    const results: object[] = [];
    for (const request of requests) results.push(await resultOf(context, run, request));
    return document(MeetingResponseResponse, { Result: results });
  } finally {
    lease.release();
  }
}

async function resultOf(context: CommandContext, run: AnswerRun, request: WireRequest): Promise<object> {
  const { RequestId, InstanceId } = request;
  const named = { ...(RequestId !== undefined && { RequestId }) };
  const instance = { ...(InstanceId !== undefined && { InstanceId }) };
  try {
    const calendarId = await run.answer(readRequest(request, context.version));
    const placed = { ...(calendarId !== null && { CalendarId: calendarId }) };
    return { ...named, Status: MeetingStatus.success, ...placed, ...instance };
  } catch (error) {
    const Status = error instanceof MalformedText ? MeetingStatus.invalidRequest : statusOf(error);
    return { ...named, Status, ...instance };
  }
}
