import type { ItemClass } from '#backend';
import { CommonStatus, UserResponse, type MeetingResponseRequest } from '#eas';
import { htmlToText, type PartStat, type Proposal } from '#formats';
import { parseServerId, type ItemAddress } from '../server-id.js';
import { MeetingRefused, MeetingStatus } from './status.js';

/** One Request as it came. */
export type WireRequest = NonNullable<MeetingResponseRequest['Request']>[number];

/** One Request, understood. */
export interface MeetingAnswer {
  readonly address: ItemAddress;
  readonly status: PartStat;
  readonly instance: Date | null;
  /** The mail to the organizer that the phone orders; null if it orders none. */
  readonly response: {
    readonly plain: string;
    readonly html: string | null;
    readonly proposal: Proposal | null;
  } | null;
}

/** Versions since when occurrences and calendar items can be answered, since when the server sends, since when times are proposed. */
const since = { instances: 141, sending: 160, proposals: 161 };

/** With punctuation, as the specification wants it (MS-ASCMD 2.2.3.92.1). */
const INSTANCE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

const statuses: Readonly<Record<number, PartStat>> = {
  [UserResponse.accept]: 'ACCEPTED',
  [UserResponse.tentative]: 'TENTATIVE',
  [UserResponse.decline]: 'DECLINED',
};

const HTML = 2;
const invalid = (message: string): MeetingRefused =>
  new MeetingRefused(MeetingStatus.invalidRequest, message);

/** Throws MeetingRefused. */
export function readRequest(request: WireRequest, version: number): MeetingAnswer {
  const status = statuses[request.UserResponse];
  if (!status) throw invalid(`no UserResponse ${request.UserResponse}`);
  const address = addressOf(request);
  return {
    address,
    status,
    instance: instanceOf(request, version),
    response: version >= since.sending ? responseOf(request, status, version) : null,
  };
}

function addressOf({ LongId, CollectionId, RequestId, InstanceId }: WireRequest): ItemAddress {
  if (LongId !== undefined && (CollectionId ?? RequestId ?? InstanceId) !== undefined) {
    throw new MeetingRefused(CommonStatus.InvalidCombinationOfIDs, 'LongId stands alone');
  }
  // iOS names the calendar where the mail is meant (quirks 4.1): an id of ours says itself in which folder it is.
  const address = parseServerId(LongId ?? RequestId ?? '');
  if (!address) throw invalid('no id of ours');
  return address;
}

function instanceOf({ InstanceId }: WireRequest, version: number): Date | null {
  if (InstanceId === undefined) return null;
  if (version < since.instances) throw invalid('InstanceId came with 14.1');
  const instance = new Date(InstanceId);
  if (!INSTANCE.test(InstanceId) || Number.isNaN(instance.getTime())) {
    throw new MeetingRefused(CommonStatus.InvalidDateTime, 'InstanceId is no date');
  }
  return instance;
}

/** Calendar items can be answered since 14.1 (MS-ASCMD 2.2.1.11). */
export function checkClass(itemClass: ItemClass, { instance }: MeetingAnswer, version: number): void {
  if (itemClass === 'Calendar' && version >= since.instances) return;
  if (itemClass !== 'Email') throw invalid(`items of class ${itemClass} cannot be answered`);
  // MS-ASCMD 2.2.3.177.9, Status 2: InstanceId specifies an email meeting request item.
  if (instance) throw invalid('a mail has no occurrences');
}

function responseOf(
  { SendResponse }: WireRequest,
  status: PartStat,
  version: number,
): MeetingAnswer['response'] {
  if (!SendResponse) return null;
  const { Body } = SendResponse;
  const text = Body?.Data ?? '';
  const isHtml = Body?.Type === HTML;
  const proposes = version >= since.proposals && status !== 'ACCEPTED';
  return {
    plain: isHtml ? htmlToText(text) : text,
    html: isHtml ? text : null,
    proposal: proposes ? proposalOf(SendResponse) : null,
  };
}

/** Another time than the one asked for; null where none is proposed. */
function proposalOf({
  ProposedStartTime: start,
  ProposedEndTime: end,
}: NonNullable<WireRequest['SendResponse']>): { start: Date; end: Date } | null {
  if (start === undefined && end === undefined) return null;
  if (!start || !end || start > end) throw invalid('half a proposal');
  return { start, end };
}
