import { BackendError, canReadPart, type Backend } from '#backend';
import { schedulingIn, SpoolOverflow, takeIn, type SchedulingMessage } from '#formats';
import { whole } from '../send-mail/original.js';

/** A mail with what it says of a meeting. */
export interface SchedulingMail {
  readonly message: SchedulingMessage;
  /** From, as it stands in the header. */
  readonly from: string;
}

/** Null if the mail says nothing of a meeting. Throws BackendError. */
export async function readSchedulingMail(
  backend: Backend,
  path: string,
  id: string,
  maxSize: number,
): Promise<SchedulingMail | null> {
  if (!canReadPart(backend)) throw new BackendError('unsupported', 'this source hands out no whole messages');
  const { content, size } = await backend.readPart(path, id, '');
  try {
    const mail = await takeIn(whole(content, size), { maxSize });
    try {
      const message = await schedulingIn(mail);
      return message && { message, from: mail.header.list('from') };
    } finally {
      mail.dispose();
    }
  } catch (error) {
    if (error instanceof SpoolOverflow) return null;
    throw error;
  }
}
