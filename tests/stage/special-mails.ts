/** Mails with something about them, as other programs write them. Sources are exact to the byte. */
const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

export const ORIGINAL_WORDS = 'The words of the original.';

const head = (subject: string, more = ''): string => `From: Bob <bob@example.org>
To: anna@example.test, Carla <carla@example.org>
Subject: ${subject}
Date: Sun, 22 Nov 2026 08:00:00 +0000
Message-ID: <${subject.replace(/\W+/g, '-')}@example.org>
${more}MIME-Version: 1.0
`;

const inBase64 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\n');

/** A part as it stands between its boundaries. */
export const picture = crlf(`Content-Type: image/png; name="dot.png"
Content-ID: <dot@example.org>
Content-Disposition: inline; filename="dot.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=`);

export const FILE_BYTES = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 31) % 251));

export const file = crlf(`Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="plan.pdf"
Content-Transfer-Encoding: base64

${inBase64(FILE_BYTES)}`);

/** Text, HTML with a picture in it, and a file. */
export const richMail = (subject: string): string =>
  crlf(`${head(subject)}Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: multipart/alternative; boundary=both

--both
Content-Type: text/plain; charset=utf-8

${ORIGINAL_WORDS}
--both
Content-Type: multipart/related; boundary=related

--related
Content-Type: text/html; charset=utf-8

<html><body><p>${ORIGINAL_WORDS}</p><img src="cid:dot@example.org"></body></html>
--related
${picture}
--related--
--both--
--mixed
${file}
--mixed--
`);

/** S/MIME, clear-signed. Trailing spaces and a lonely CR would be lost by whoever touches it. */
export const signedMail = (subject: string): string =>
  crlf(`${head(subject)}Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=signed

This is an S/MIME signed message
--signed
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Signed words=20
  with=3Dcare

--signed
Content-Type: application/pkcs7-signature; name="smime.p7s"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="smime.p7s"

MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwEAAAAA
--signed--
`);

export const MEETING_UID = '040000008200E00074C5B7101A82E00800000000-story';

/** An invitation as calendar programs send it: weekly, in a zone of its own. */
export const invitation = (subject: string): string =>
  crlf(`${head(subject)}Content-Type: multipart/alternative; boundary=both

--both
Content-Type: text/plain; charset=utf-8

You are invited.
--both
Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:${MEETING_UID}
DTSTAMP:20261101T100000Z
DTSTART;TZID=Europe/Zurich:20261201T090000
DTEND;TZID=Europe/Zurich:20261201T100000
RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU
SUMMARY:${subject}
LOCATION:Room 5
ORGANIZER;CN=Bob:mailto:bob@example.org
ATTENDEE;RSVP=TRUE:mailto:anna@example.test
END:VEVENT
END:VCALENDAR
--both--
`);

const HEAD = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 0x01, 0x00]);

/** An attribute of TNEF (MS-OXTNEF 2.1.3): level, id, length, data, checksum. */
function attribute(level: number, id: number, data: Buffer): Buffer {
  const result = Buffer.alloc(11 + data.length);
  result.writeUInt8(level, 0);
  result.writeUInt32LE(id, 1);
  result.writeUInt32LE(data.length, 5);
  data.copy(result, 9);
  result.writeUInt16LE(
    data.reduce((sum, byte) => (sum + byte) & 0xffff, 0),
    9 + data.length,
  );
  return result;
}

const attachRendering = 0x00069002;
const attachTitle = 0x00018010;
const attachData = 0x0006800f;

/** Outlook's parcel with one file in it. */
const winmail = (name: string, bytes: Buffer): Buffer =>
  Buffer.concat([
    HEAD,
    attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0])),
    attribute(2, attachRendering, Buffer.alloc(14)),
    attribute(2, attachTitle, Buffer.from(`${name}\0`, 'latin1')),
    attribute(2, attachData, bytes),
  ]);

export const winmailMail = (subject: string): string =>
  crlf(`${head(subject)}Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: text/plain; charset=us-ascii

See inside.
--mixed
Content-Type: application/ms-tnef; name="winmail.dat"
Content-Disposition: attachment; filename="winmail.dat"
Content-Transfer-Encoding: base64

${inBase64(winmail('inside.pdf', FILE_BYTES))}
--mixed--
`);

/** The reply to `richMail(topic)`: own words, and the original below. */
export const replyMail = (topic: string, words: string): string =>
  crlf(`${head(`Re: ${topic}`, `References: <${topic.replace(/\W+/g, '-')}@example.org>\n`)}Content-Type: text/plain; charset=utf-8

${words}

On Sunday Bob <bob@example.org> wrote:
> ${ORIGINAL_WORDS}
`);

/** What a phone writes: to Dora, blindly to Emil, and with the name of somebody else if `from` says so. */
export const written = (subject: string, words: string, from = 'anna@example.test'): string =>
  crlf(`From: ${from}
To: Dora <dora@example.org>
Bcc: emil@example.org
Subject: ${subject}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=phone

--phone
Content-Type: text/plain; charset=utf-8

${words}
--phone
Content-Type: text/html; charset=utf-8

<html><body><p>${words}</p></body></html>
--phone--
`);
