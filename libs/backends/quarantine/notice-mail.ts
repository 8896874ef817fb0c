import type { QuarantineNotice } from '#backend';

const OWN_WORDS = [
  'An administrator has to let this device in before it may synchronise.',
  '',
  'Until then this is the only mail you see here. Nothing has to be set up again: as soon as the device is let in, your ' +
    'mail, contacts and calendars appear by themselves. If it takes long, ask whoever looks after your mail.',
].join('\n');

/** Characters of a line that end or hide it; a device says of itself what it likes. */
const oneLine = (text: string): string =>
  text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 200);

const LINE = /.{1,76}/g;

/** The mail that explains why there is no other, as it would lie on a server. */
export function noticeMail({ id, text, device, at }: QuarantineNotice, address: string): Buffer {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const named = [`Device: ${oneLine(device.model || device.type)}`, `Device id: ${oneLine(device.id)}`];
  const words = (text ?? OWN_WORDS).replace(/\r\n?/g, '\n');
  const body = Buffer.from(`${[words, '', ...named, ''].join('\n')}`.replaceAll('\n', '\r\n'), 'utf8');
  const lines = [
    `From: "Device access" <postmaster@${domain}>`,
    `To: <${address}>`,
    'Subject: This device is waiting to be let in',
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@quarantine.${domain}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(body.toString('base64').match(LINE) ?? []),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
