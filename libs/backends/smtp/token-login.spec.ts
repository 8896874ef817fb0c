import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { tokenLogin } from './token-login.js';

type Context = SMTPConnection.CustomAuthenticationContext;
const decoded = (command = '') => Buffer.from(command.split(' ')[2] ?? '', 'base64').toString();

/** What is sent to a server that offers these mechanisms and answers so, and whether the login was given up. */
async function conversation(authMethods: string[], ...statuses: number[]) {
  const sent: string[] = [];
  let isRejected = false;
  const context: Pick<Context, 'authMethods' | 'sendCommand' | 'reject'> = {
    authMethods,
    sendCommand: (async (command: string) => {
      sent.push(command);
      return { status: statuses[sent.length - 1] ?? 500 };
    }) as Context['sendCommand'],
    reject: () => void (isRejected = true),
  };
  const login = tokenLogin({ host: 'h', port: 587 }, { user: 'ada', accessToken: 'abc' });
  await login(context as Context);
  return { sent, isRejected };
}

describe('submission with a token', () => {
  it('takes the mechanism the server offers', async () => {
    const first = await conversation(['PLAIN', 'XOAUTH2'], 235);
    expect(first.sent[0]).toMatch(/^AUTH XOAUTH2 /);
    expect(decoded(first.sent[0])).toBe('user=ada\u0001auth=Bearer abc\u0001\u0001');
    const other = await conversation(['OAUTHBEARER'], 235);
    expect(other.sent[0]).toMatch(/^AUTH OAUTHBEARER /);
    expect(decoded(other.sent[0])).toBe(
      'n,a=ada,\u0001host=h\u0001port=587\u0001auth=Bearer abc\u0001\u0001',
    );
    expect([first.isRejected, other.isRejected]).toEqual([false, false]);
  });

  it('that is refused is shown once, and the exchange is ended as the server waits for', async () => {
    expect(await conversation(['OAUTHBEARER'], 334, 535)).toMatchObject({
      sent: [expect.stringMatching(/^AUTH/), 'AQ=='],
      isRejected: true,
    });
    expect(await conversation(['XOAUTH2'], 334, 535)).toMatchObject({ sent: { 1: '' }, isRejected: true });
    expect((await conversation(['XOAUTH2'], 535)).sent).toHaveLength(1);
  });
});
