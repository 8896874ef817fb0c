import type { Readable } from 'node:stream';
import { BackendError, type Envelope, type Submitter } from '#backend';
import { makeDirectories, prepare, prepareLink, type Pending } from './deliver.js';

export interface LocalSubmitterOptions {
  /** The inbox of a recipient's address, or null if there is no such user here. */
  readonly maildir: (address: string) => string | null | Promise<string | null>;
}

/**
 * Delivers to users of the same machine, and to nobody else. All recipients get the message, or none: it is written for
 * each before it is put in place for the first.
 */
export class LocalSubmitter implements Submitter {
  readonly kind = 'local';

  constructor(private readonly options: LocalSubmitterOptions) {}

  async submit(envelope: Envelope, message: () => Readable, size: number): Promise<void> {
    const folders = await this.folders(envelope.recipients);
    const pending: Pending[] = [];
    try {
      for (const folder of folders) {
        await makeDirectories(folder);
        const linked = pending[0] ? await prepareLink(folder, pending[0]) : null;
        pending.push(linked ?? (await prepare(folder, withTrace(envelope, message(), size))));
      }
    } catch (error) {
      await Promise.all(pending.map((delivery) => delivery.discard()));
      throw error;
    }
    for (const delivery of pending) await delivery.commit();
  }

  private async folders(recipients: readonly string[]): Promise<string[]> {
    if (recipients.length === 0)
      throw new BackendError('invalid', 'no recipient', { reason: 'recipient-refused' });
    const folders = new Set<string>();
    for (const recipient of recipients) {
      const folder = await this.options.maildir(recipient);
      if (folder === null) {
        throw new BackendError('invalid', `no such user here: ${recipient}`, { reason: 'recipient-refused' });
      }
      folders.add(folder);
    }
    return [...folders];
  }

  async close(): Promise<void> {}
}

/** The message with the sender's address on top, as the last hop of a delivery writes it (RFC 5321 4.4). */
async function* withTrace({ from }: Envelope, message: Readable, size: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`Return-Path: <${from.replace(/[\r\n<>]/g, '')}>\r\n`);
  let seen = 0;
  for await (const piece of message) {
    const bytes = Buffer.from(piece as Uint8Array);
    seen += bytes.length;
    yield bytes;
  }
  if (seen !== size)
    throw new BackendError('invalid', `${seen} bytes came, ${size} were announced`, { reason: 'size' });
}
