const crlf = (text: string): Buffer => Buffer.from(text.replace(/\n/g, '\r\n'));

const welcome = (user: string): string => `From: Godwit <godwit@demo.localhost>
To: <${user}>
Subject: Welcome to Godwit
Date: Sun, 22 Nov 2026 08:00:00 +0000
Message-ID: <welcome@demo.localhost>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="next"

--next
Content-Type: text/plain; charset=utf-8

If you read this on a phone, Exchange ActiveSync works.

Answer this mail, flag it, delete it: everything lands in a Maildir under var/demo.

--next
Content-Type: text/html; charset=utf-8

<html><body><p>If you read this on a phone, <b>Exchange ActiveSync</b> works.</p>
<p>Answer this mail, flag it, delete it: everything lands in a Maildir under <code>var/demo</code>.</p></body></html>

--next--
`;

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const attachment = (user: string): string => `From: =?utf-8?Q?Gr=C3=A4fin_Schnepfe?= <schnepfe@demo.localhost>
To: <${user}>
Subject: =?utf-8?B?RWluIEFuaGFuZyDwn5COIGFuZCBhbiBhdHRhY2htZW50?=
Date: Sun, 22 Nov 2026 08:05:00 +0000
Message-ID: <attachment@demo.localhost>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="next"

--next
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe aus dem Watt. The picture is one pixel, seen from far away.

--next
Content-Type: image/png; name="bird.png"
Content-Disposition: attachment; filename="bird.png"
Content-Transfer-Encoding: base64

${pixel}

--next--
`;

/** The first mails of the demo account, oldest first. */
export const demoMails = (user: string): Buffer[] => [welcome(user), attachment(user)].map(crlf);
