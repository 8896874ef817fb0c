import {
  clientProfiles,
  plainProfile,
  quirkNames,
  quirks,
  renderClients,
  type ClientProfile,
} from './index.js';
import { holds } from './quirks.js';

const iphone = { deviceId: 'A1B2C3D4E5F6', deviceType: 'iPhone', userAgent: 'Apple-iPhone16C2/2201.97' };
const client = (signs: Partial<typeof iphone>) => ({ ...iphone, userAgent: '', ...signs });

/** A client that has the quirk, and what it then gets. */
const examples: Readonly<Record<keyof typeof quirks, ReturnType<typeof client>>> = {
  aspNetVersion: client({ deviceType: 'Nine' }),
  accountCheck: client({ deviceId: 'validate', deviceType: 'Android' }),
  shortSilence: client({ deviceType: 'Android', userAgent: 'Android-Mail/2025.11.02' }),
  shortWait: iphone,
  provisionByHttp: client({ deviceType: 'SomePhone' }),
  outlookUnprovisioned: client({ deviceType: 'WindowsOutlook15' }),
  mimeForSigned: client({ deviceType: 'BlackBerry' }),
  noEmptyFlag: client({ deviceType: 'htcbravo' }),
  alwaysFirstName: client({ deviceType: 'MFE', userAgent: 'NokiaE71' }),
  zeroIsEveryFolder: client({ deviceType: 'Outlook' }),
  localBirthdays: iphone,
  androidBirthdays: client({ deviceType: 'Android', userAgent: 'Android/7.1.2-EAS-2.0' }),
  blackberryBirthdays: client({ deviceType: 'BB10', userAgent: 'RIM-Q10-SQN100-3/10.2.1' }),
  emptyPictureKeeps: client({ deviceType: 'iPad' }),
  emptySupportedIsNone: client({ deviceType: 'LGE', userAgent: 'LG-D855/5.0' }),
  keepsOmitted: client({ deviceType: 'SomePhone' }),
  namelessZones: client({ deviceType: 'Android', userAgent: 'Android-Mail/2025.11.02' }),
};

it.each(quirkNames)('%s changes the profile of the clients it names, and its switch rules', (name) => {
  const { gives, byDefault, signs } = quirks[name];
  const has = (profile: ClientProfile): boolean =>
    Object.entries(gives).every(([key, value]) => profile[key as keyof ClientProfile] === value);
  const stranger = client({ deviceType: 'TestPhone', userAgent: 'nobody' });
  expect(has(plainProfile)).toBe(false);
  expect(has(clientProfiles({})(examples[name]))).toBe(byDefault === 'named');
  expect(has(clientProfiles({ [name]: 'on' })(examples[name]))).toBe(true);
  expect(has(clientProfiles({ [name]: 'on' })(stranger))).toBe(signs.length === 0);
  expect(has(clientProfiles({ [name]: 'all' })(stranger))).toBe(true);
  expect(has(clientProfiles({ [name]: 'off' })(examples[name]))).toBe(false);
});

it('does not take a long device id for the account check', () => {
  expect(clientProfiles({})(client({ deviceId: 'validate1234' })).accountCheck).toBe(false);
});

it('keeps apart clients that differ in one sign only, also when it has seen thousands', () => {
  const profiles = clientProfiles({});
  for (let n = 0; n < 3_000; n++) profiles(client({ userAgent: `Made up ${n}` }));
  expect(profiles(client({ deviceType: 'htcbravo' })).noEmptyFlag).toBe(true);
  expect(profiles(client({ deviceType: 'other' })).noEmptyFlag).toBe(false);
  expect(profiles(client({ deviceId: 'validate' })).accountCheck).toBe(true);
  expect(profiles(client({ deviceId: 'validata' })).accountCheck).toBe(false);
});

it('quirks that write the same value are for different clients: their order would decide', () => {
  for (const name of quirkNames) {
    const rivals = quirkNames.filter(
      (other) => other !== name && Object.keys(quirks[other].gives).some((key) => key in quirks[name].gives),
    );
    for (const rival of rivals) {
      expect(quirks[rival].signs).not.toEqual([]);
      expect({ name, rival, both: holds(quirks[rival], 'on', examples[name]) }).toMatchObject({
        both: false,
      });
    }
  }
});

it('tells Gmail and Samsung birthdays as everybody, and the old program of Android at eight', () => {
  const hour = (userAgent: string) =>
    clientProfiles({})(client({ deviceType: 'Android', userAgent })).birthdayHour;
  expect(hour('Android-Mail/2025.11.02')).toBe(0);
  expect(hour('SAMSUNG-SM-G991B/101.14')).toBe(0);
  expect(hour('Android/10-EAS-2.0')).toBe(8);
});

it('the page tells every quirk', () => {
  const page = renderClients();
  for (const name of quirkNames) expect(page).toContain(`\`${name}\``);
});
