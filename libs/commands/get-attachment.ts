import { BackendError, canReadPart } from '#backend';
import type { CommandContext } from './context.js';
import { refusal, type Reply } from './reply.js';
import { parseFileReference } from './server-id.js';

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

const isGone = (error: unknown): boolean =>
  error instanceof BackendError && ['gone', 'invalid', 'unsupported', 'conflict'].includes(error.kind);

/**
 * MS-ASCMD 2.2.1.7 GetAttachment, up to 12.1: the attachment a FileReference names, as it is. One that is not there any more
 * is HTTP 500, as the specification wants it.
 */
export async function getAttachment(context: CommandContext): Promise<Reply> {
  const address = parseFileReference(context.query.attachmentName ?? '');
  if (!address) return refusal(500);
  const { folder, item, part } = address;
  const { folders } = await context.devices.ask(context.asker, { type: 'Resolve', folders: [folder] });
  const resolved = folders[folder];
  if (!resolved) return refusal(500);
  const lease = context.account.lease();
  try {
    const backend = await lease.backend(resolved.itemClass);
    if (!canReadPart(backend)) throw new BackendError('unsupported', 'this source hands out no attachments');
    const { contentType, size, content } = await backend.readPart(resolved.path, item, part);
    return {
      kind: 'raw',
      contentType: MEDIA_TYPE.test(contentType) ? contentType : 'application/octet-stream',
      content: { length: size, content },
      ended: async () => lease.release(),
    };
  } catch (error) {
    lease.release();
    if (isGone(error)) return refusal(500);
    throw error;
  }
}
