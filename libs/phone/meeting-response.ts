import { UserResponse, type MeetingResponseRequest } from '#eas';
import type { Caller } from './caller.js';
import type { CallOptions } from './link.js';
import { UnexpectedAnswer } from './outcome.js';

type SendResponse = NonNullable<NonNullable<MeetingResponseRequest['Request']>[number]['SendResponse']>;

export interface MeetingAnswer {
  readonly answer: keyof typeof UserResponse;
  /** The invitation in the Inbox, or the event in the calendar. */
  readonly serverId: string;
  /** Of one occurrence: when it would begin (14.1 and later). */
  readonly instance?: Date;
  /** Has the server write to the organizer (16.0 and later). */
  readonly send?: SendResponse;
}

export interface MeetingAnswered {
  /** MS-ASCMD 2.2.3.177.9. */
  readonly status: number;
  /** Where the meeting is in the calendar; none after a refusal. */
  readonly calendarId: string | undefined;
}

/** MeetingResponse to one meeting (MS-ASCMD 2.2.1.11). Throws UnexpectedAnswer. */
export async function meetingResponse(
  caller: Caller,
  collectionId: string,
  { answer, serverId, instance, send }: MeetingAnswer,
  call: CallOptions,
): Promise<MeetingAnswered> {
  const request = {
    UserResponse: UserResponse[answer],
    CollectionId: collectionId,
    RequestId: serverId,
    ...(instance && { InstanceId: instance.toISOString() }),
    ...(send && { SendResponse: send }),
  };
  const outcome = await caller.command('MeetingResponse', { Request: [request] }, call);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('MeetingResponse', outcome);
  const { Status, Result: [result] = [] } = outcome.value;
  return { status: result?.Status ?? Status ?? 1, calendarId: result?.CalendarId };
}
