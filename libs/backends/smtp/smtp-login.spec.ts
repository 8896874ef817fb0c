import type { MasterUser } from '#backend';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { smtpLogin } from './smtp-login.js';

type Context = SMTPConnection.CustomAuthenticationContext;
const place = { host: 'h', port: 587, tls: 'none' } as const;
const master: MasterUser = { user: 'master', password: 'secret', how: 'separator', separator: '*' };

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('submission by a master user', () => {
  it('names both, or says for whom by an authorization identity', async () => {
    const named = smtpLogin({ ...place, masterUser: master }, { user: 'ada', password: 'her own' });
    expect(named.credentials).toEqual({ user: 'ada*master', pass: 'secret' });
    const masterUser = { ...master, how: 'authzid' } as const;
    const told = smtpLogin({ ...place, masterUser }, { user: 'ada', isVouched: true });
    const sent: string[] = [];
    let isRejected = false;
    const context: Pick<Context, 'sendCommand' | 'reject'> = {
      sendCommand: (async (command: string) => {
        sent.push(command);
        return { status: 535 };
      }) as Context['sendCommand'],
      reject: () => void (isRejected = true),
    };
    const handler = Object.values(told.customAuth)[0];
    await handler?.(context as Context);
    const [, mechanism, message = ''] = sent[0]?.split(' ') ?? [];
    expect(mechanism).toBe('PLAIN');
    expect(Buffer.from(message, 'base64').toString()).toBe('ada\0master\0secret');
    expect(isRejected).toBe(true);
  });

  it('is no way to another name, and needs to be configured', () => {
    for (const user of ['bob*master', 'bob\0', '%u', '']) {
      const login = () => smtpLogin({ ...place, masterUser: master }, { user, password: 'her own' });
      expect(failureOf(login)).toMatchObject({ kind: 'auth' });
    }
    const alone = () => smtpLogin(place, { user: 'ada', isVouched: true });
    expect(failureOf(alone)).toMatchObject({ kind: 'unavailable', reason: 'no-password' });
  });
});
