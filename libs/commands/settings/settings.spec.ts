import { TestServer } from '../testing/index.js';

let server: TestServer;
beforeEach(() => (server = new TestServer()));
afterEach(() => server.close());

describe('Settings', () => {
  it('answers every part in the order asked (trap 103)', async () => {
    const answer = await server
      .handset()
      .ask('Settings', [
        { UserInformation: { Get: true } },
        { DeviceInformation: { Set: { Model: 'Test', OS: '1' } } },
        { Oof: { Get: { BodyType: 'Text' } } },
        { RightsManagementInformation: { Get: true } },
        { DevicePassword: { Set: { Password: 'x' } } },
        { Oof: { Set: { OofState: 1 } } },
      ]);
    expect(answer.map((part) => Object.keys(part)[0])).toEqual([
      'Status',
      'UserInformation',
      'DeviceInformation',
      'Oof',
      'RightsManagementInformation',
      'DevicePassword',
      'Oof',
    ]);
    expect(answer[0]).toEqual({ Status: 1 });
    expect(answer[3]).toEqual({ Oof: { Status: 1, Get: { OofState: 0 } } });
    // What cannot be set says so, and fails nothing else.
    expect(answer[5]).toEqual({ DevicePassword: { Status: 7 } });
    expect(answer[6]).toEqual({ Oof: { Status: 3 } });
  });

  it('tells the addresses alone up to 14.0, in an account from 14.1 on', async () => {
    const addresses = { SMTPAddress: ['ada@example.org'] };
    const ask = async (version: number) =>
      (await server.handset({ version }).ask('Settings', [{ UserInformation: { Get: true } }]))[1];
    const older = await ask(140);
    expect(older).toMatchObject({ UserInformation: { Status: 1, Get: { EmailAddresses: addresses } } });
    const newer = await ask(141);
    const EmailAddresses = { ...addresses, PrimarySmtpAddress: 'ada@example.org' };
    const Account = [{ UserDisplayName: 'Ada', SendDisabled: false, EmailAddresses }];
    expect(newer).toEqual({ UserInformation: { Status: 1, Get: { Accounts: { Account } } } });
  });

  it('may come before a policy is applied: 14.0 tells of itself here (trap 104)', async () => {
    server.rule = 'required';
    const answer = await server
      .handset({ version: 140 })
      .ask('Settings', [{ DeviceInformation: { Set: { Model: 'Test' } } }]);
    expect(answer).toEqual([{ Status: 1 }, { DeviceInformation: { Status: 1 } }]);
  });
});
