import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Identity } from '#backend';
import {
  asciiDomain,
  encodeMailbox,
  formatAddress,
  parseAddresses,
  segmentsSize,
  streamOf,
  type HeaderBlock,
  type MadeEntity,
} from '#formats';
import { withSender } from './sender.js';

/** A mail made ready to travel: complete, CRLF line ends, sender and recipients known. */
export interface OutgoingMessage {
  readonly from: string;
  /** Addresses of To, Cc and Bcc, each once; domains in ASCII. */
  readonly recipients: readonly string[];
  /** A local part is not ASCII (SMTPUTF8, RFC 6531); nothing else needs it. */
  readonly utf8: boolean;
  /** As it goes to the recipients: without Bcc. A new stream for each call. */
  readonly submitted: () => Readable;
  readonly submittedSize: number;
  /** As it is kept: with Bcc. */
  readonly stored: () => Readable;
  readonly storedSize: number;
}

/** Who sends. */
export interface Sender {
  /** What the account may send from, the main one first. */
  readonly identities: readonly [Identity, ...Identity[]];
  /** What the phone's AccountId named. */
  readonly chosen: Identity | null;
}

/** A recipient has no address that could be sent to. */
export class NoAddress extends Error {
  override readonly name = 'NoAddress';
}

const RECIPIENT_FIELDS = ['To', 'Cc', 'Bcc'] as const;

const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);

/** Address fields once each, domains in ASCII. */
function tidied(header: HeaderBlock): HeaderBlock {
  let result = header;
  for (const name of [...RECIPIENT_FIELDS, 'Reply-To']) {
    const value = header.list(name.toLowerCase());
    if (header.count(name.toLowerCase()) <= 1 && isAscii(value)) continue;
    const mailboxes = parseAddresses(value).filter(({ address }) => address !== '');
    const texts = mailboxes.map((mailbox) => encodeMailbox(mailbox.name, asciiDomain(mailbox.address)));
    result = result.with(name, texts.join(',\r\n '));
  }
  return result;
}

/** Throws NoAddress: a mail that one of its recipients would miss is not sent to the others. */
export function recipientsOf(header: HeaderBlock): string[] {
  const seen = new Map<string, string>();
  for (const name of RECIPIENT_FIELDS) {
    for (const mailbox of parseAddresses(header.list(name.toLowerCase()))) {
      const address = asciiDomain(mailbox.address);
      if (!/^[^@]+@[^@]+$/.test(address)) throw new NoAddress(`${formatAddress(mailbox)} is no address`);
      if (!seen.has(address.toLowerCase())) seen.set(address.toLowerCase(), address);
    }
  }
  return [...seen.values()];
}

/** Trap 77: what a submission must have and phones leave out. */
function missingFields(header: HeaderBlock, from: string, now: Date): string[] {
  const domain = from.slice(from.lastIndexOf('@') + 1) || 'localhost';
  const fields: [name: string, line: string][] = [
    ['date', `Date: ${now.toUTCString().replace('GMT', '+0000')}`],
    ['message-id', `Message-ID: <${randomUUID()}@${domain}>`],
    ['mime-version', 'MIME-Version: 1.0'],
  ];
  return fields.flatMap(([name, line]) => (header.raw(name) === '' ? [line] : []));
}

/** The header with what a message must have; `from` names the domain of a new Message-ID. */
export const completed = (header: HeaderBlock, from: string, now: Date): HeaderBlock =>
  header
    .without((name) => ['date', 'message-id', 'mime-version'].includes(name) && header.raw(name) === '')
    .adding(missingFields(header, from, now));

/**
 * The message as it leaves. `header` is the phone's without its Content fields, which the entity brings. Throws NoAddress.
 */
export function outgoing(
  header: HeaderBlock,
  entity: MadeEntity,
  sender: Sender,
  now: Date,
): OutgoingMessage {
  const recipients = recipientsOf(header);
  const from = withSender(tidied(header), sender.identities, sender.chosen);
  const complete = completed(from.header, from.address, now).adding(entity.fields);
  const submittedHeader = complete.without((name) => name === 'bcc').bytes();
  const submitted = [submittedHeader, ...entity.body];
  const stored = [complete.bytes(), ...entity.body];
  return {
    from: from.address,
    recipients,
    utf8: ![from.address, ...recipients].every(isAscii) || submittedHeader.some((byte) => byte > 0x7f),
    submitted: () => streamOf(submitted),
    submittedSize: segmentsSize(submitted),
    stored: () => streamOf(stored),
    storedSize: segmentsSize(stored),
  };
}
