import type { FollowUp, MailState } from '#backend';
import type { EmailData } from '#eas';

/** The phone's change breaks a rule of MS-ASEMAIL: Status 6 for this item. */
export class MalformedChange extends Error {
  override readonly name = 'MalformedChange';
}

/**
 * What a Change of a mail asks for. Trap 54: what stands in it is changed, everything else stays; a flag is replaced with
 * all its dates, and an empty one clears it. Throws MalformedChange.
 */
export function mailStateOf(email: EmailData, version: number): MailState {
  return {
    ...(email.Read !== undefined && { read: email.Read }),
    ...(email.Flag !== undefined && flagState(email.Flag)),
    // Trap 80. An empty element takes all of them away (MS-ASEMAIL 2.2.2.16).
    ...(email.Categories !== undefined && version >= 140 && { keywords: email.Categories.Category ?? [] }),
  };
}

function flagState(flag: FollowUp): Pick<MailState, 'flagStatus' | 'followUp'> {
  const isEmpty = Object.values(flag).every((value) => value === undefined);
  // Dates alone are news of a flag that is set (MS-ASEMAIL 3.2.5.4.2).
  const status = flag.Status ?? (isEmpty ? 0 : 2);
  if (status === 0) return { flagStatus: 0, followUp: {} };
  if (status !== 1 && status !== 2) throw new MalformedChange(`Flag Status ${status} (MS-ASEMAIL 2.2.2.74)`);
  check(flag, status);
  return { flagStatus: status, followUp: { ...flag, Status: status } };
}

/** What a flag must have, and what must fit together (MS-ASEMAIL 3.2.5.4.2 and the sections named below). */
function check(flag: FollowUp, status: 1 | 2): void {
  const { CompleteTime, DateCompleted, StartDate, DueDate, UtcStartDate, UtcDueDate } = flag;
  const isCompleted = CompleteTime !== undefined && DateCompleted !== undefined;
  if (status === 1 && !isCompleted)
    throw new MalformedChange('a completed flag says when (2.2.2.19, 2.2.2.23)');
  if (status === 2 && flag.Status === 2 && flag.FlagType === undefined)
    throw new MalformedChange('an active flag has a FlagType (2.2.2.35)');
  const dates = [StartDate, DueDate, UtcStartDate, UtcDueDate].filter((date) => date !== undefined);
  if (dates.length % 4 !== 0) throw new MalformedChange('four dates or none (2.2.2.31)');
  if (isAfter(StartDate, DueDate) || isAfter(UtcStartDate, UtcDueDate))
    throw new MalformedChange('due before it starts (2.2.2.31, 2.2.2.86)');
  if (flag.ReminderSet === true && flag.ReminderTime === undefined)
    throw new MalformedChange('a reminder has a time (2.2.2.65)');
}

const isAfter = (start: Date | undefined, end: Date | undefined): boolean =>
  start !== undefined && end !== undefined && start > end;
