/** A mail that says what it is, in case it is left behind. */
export function mailToOneself(address: string, token: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return [
    `From: ${address}`,
    `To: ${address}`,
    `Subject: Godwit doctor ${token}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${token}@${domain}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    'Auto-Submitted: auto-generated',
    '',
    'A test of push by "godwit doctor --send". It is deleted when it has arrived; otherwise you may delete it.',
    '',
  ].join('\r\n');
}
