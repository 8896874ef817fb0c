import { BackendError } from '#backend';
import { CommonStatus, EasStatusError } from '#eas';
import { SpoolOverflow } from '#formats';
import { NoAddress } from './outgoing-message.js';

/** The commands that send. */
export type SendingCommand = 'SendMail' | 'SmartReply' | 'SmartForward';

export const refused = (command: SendingCommand, status: CommonStatus, message: string): EasStatusError =>
  new EasStatusError(command, status, message);

/** What a failure to send means for the phone (MS-ASCMD 2.2.2): whether to try again, and what its user can change. */
function submissionStatus(error: BackendError): CommonStatus {
  switch (error.kind) {
    case 'unavailable':
    case 'throttled':
      return CommonStatus.ServerErrorRetryLater;
    case 'unsupported':
      return CommonStatus.AccessDenied;
    default:
      break;
  }
  if (error.reason === 'recipient-refused') return CommonStatus.MessageRecipientUnresolved;
  return error.reason === 'too-big' ? CommonStatus.AttachmentIsTooLarge : CommonStatus.MailSubmissionFailed;
}

function originalStatus(error: BackendError): CommonStatus {
  if (error.reason === 'not-recurring') return CommonStatus.NoRecurrenceInCalendar;
  switch (error.kind) {
    case 'unavailable':
    case 'throttled':
      return CommonStatus.ServerErrorRetryLater;
    case 'gone':
      return CommonStatus.ItemNotFound;
    default:
      return CommonStatus.MessageReplyFailed;
  }
}

/** The error as its command answers it; one that is no refusal (a bug, a password that was changed) comes back as it is. */
export function asRefusal(
  command: SendingCommand,
  during: 'original' | 'submission',
  error: unknown,
): unknown {
  if (error instanceof SpoolOverflow)
    return refused(command, CommonStatus.AttachmentIsTooLarge, error.message);
  if (error instanceof NoAddress)
    return refused(command, CommonStatus.MessageRecipientUnresolved, error.message);
  if (!(error instanceof BackendError) || error.kind === 'auth') return error;
  const status = during === 'original' ? originalStatus(error) : submissionStatus(error);
  return refused(command, status, error.message);
}
