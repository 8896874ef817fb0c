import { eventually, sampleMail } from '#backend/contract';
import type { EmailData } from '#eas';
import { MailSync, TestServer, type Handset } from '../testing/index.js';

/** Two phones of one account: what is done on the first has to arrive on the second. */
let server: TestServer;
let inboxes: MailSync[];
let handsets: Handset[];

const start = async (version = 161) => {
  handsets = ['phonea', 'phoneb'].map((deviceId) => server.handset({ deviceId, version }));
  inboxes = [];
  for (const handset of handsets) {
    await handset.ask('FolderSync', { SyncKey: '0' });
    inboxes.push(await new MailSync(handset).complete());
  }
};
beforeEach(async () => {
  server = new TestServer();
  server.mailbox.deliver('Inbox', sampleMail('a'), { receivedAt: new Date(server.now) });
});
afterEach(() => server.close());

/** Phone A changes the mail. Returns the Status it is answered with, null for silence. */
async function change(email: object, inbox = inboxes[0]!): Promise<number | null> {
  const ServerId = inbox.idOf('a');
  const answer = await inbox.sync({
    Commands: [{ Change: { ServerId, ApplicationData: { Email: email } } }],
  });
  const [response] = answer?.Responses ?? [];
  return response && 'Change' in response ? response.Change.Status : null;
}

const changed = (answer: Awaited<ReturnType<MailSync['sync']>>): EmailData | undefined => {
  const [command, ...others] = answer?.Commands ?? [];
  expect(others).toEqual([]);
  return command && 'Change' in command ? command.Change.ApplicationData?.Email : undefined;
};
const arrived = async (): Promise<EmailData | undefined> => changed(await inboxes[1]!.sync());
const mail = () => server.mailbox.folder('Inbox').mails()[0]!;

const due = {
  Subject: 'Angebot',
  Status: 2,
  FlagType: 'Flag for follow up',
  StartDate: new Date('2026-11-30T00:00:00Z'),
  DueDate: new Date('2026-12-01T00:00:00Z'),
  UtcStartDate: new Date('2026-11-29T23:00:00Z'),
  UtcDueDate: new Date('2026-11-30T23:00:00Z'),
  ReminderSet: true,
  ReminderTime: new Date('2026-12-01T08:00:00Z'),
};
const done = {
  Status: 1,
  CompleteTime: new Date('2026-12-01T09:00:00Z'),
  DateCompleted: new Date('2026-12-01T00:00:00Z'),
};

describe.each([120, 121, 140, 141, 160, 161])('in version %i', (version) => {
  beforeEach(() => start(version));

  it('a flag with dates and reminder arrives on the other phone, is completed and cleared there', async () => {
    expect(await change({ Flag: due })).toBeNull();
    expect((await arrived())?.Flag).toEqual(due);
    expect(mail().flags.flagged).toBe(true);
    // Nobody is told of his own change (trap 26).
    expect(changed(await inboxes[0]!.sync())).toBeUndefined();
    expect(await change({ Flag: done }, inboxes[1])).toBeNull();
    expect(changed(await inboxes[0]!.sync())?.Flag).toEqual(done);
    expect(mail().flags.flagged).toBe(false);
    expect(await change({ Flag: {} })).toBeNull();
    expect((await arrived())?.Flag).toEqual({});
    expect(mail().flags.noted).toBe(false);
  });

  it('our mark is no category on any phone', async () => {
    await change({ Flag: due });
    const email = await arrived();
    if (version < 140) expect(email).not.toHaveProperty('Categories');
    else expect(email?.Categories).toEqual({});
    const fresh = await new MailSync(server.handset({ deviceId: 'fresh', version })).complete();
    expect(fresh.idOf('a')).toBe(inboxes[0]!.idOf('a'));
  });
});

describe('categories', () => {
  beforeEach(() => start());

  it('of any name arrive on the other phone; what a Change does not name stays (trap 54)', async () => {
    const Category = ['Büro', 'Angebot, "Süd"', 'Work', '工作 2026'];
    expect(await change({ Categories: { Category } })).toBeNull();
    expect((await arrived())?.Categories?.Category).toEqual(Category);
    expect(await change({ Read: true })).toBeNull();
    expect((await arrived())?.Categories?.Category).toEqual(Category);
    expect(await change({ Categories: { Category: ['Work'] } }, inboxes[1])).toBeNull();
    expect(changed(await inboxes[0]!.sync())?.Categories?.Category).toEqual(['Work']);
    expect(await change({ Categories: {} })).toBeNull();
    expect((await arrived())?.Categories).toEqual({});
    expect(mail().flags).toMatchObject({ keywords: [], seen: true });
  });

  it('that no one can have are answered 6, and nothing is changed', async () => {
    expect(await change({ Read: true, Categories: { Category: ['fine', 'x'.repeat(300)] } })).toBe(6);
    expect(mail().flags).toMatchObject({ keywords: [], seen: false });
  });
});

describe('a flag that breaks the rules', () => {
  beforeEach(() => start());
  const without = (...names: (keyof typeof due)[]): object =>
    Object.fromEntries(Object.entries(due).filter(([name]) => !names.includes(name as keyof typeof due)));

  it.each([
    ['of another Status', { ...due, Status: 3 }],
    ['active without FlagType', without('FlagType')],
    ['with some of the four dates', without('UtcDueDate')],
    ['due before it starts', { ...due, DueDate: new Date(0) }],
    ['due before it starts, in UTC', { ...due, UtcDueDate: new Date(0) }],
    ['with a reminder at no time', without('ReminderTime')],
    ['completed at no time', { Status: 1 }],
    ['completed without a date', { Status: 1, CompleteTime: new Date(0) }],
  ])('%s is answered 6 and changes nothing', async (_, Flag) => {
    expect(await change({ Flag, Read: true })).toBe(6);
    expect(mail().flags).toMatchObject({ flagged: false, noted: false, seen: false });
  });

  it('unlike one without dates, or with Status 0', async () => {
    expect(await change({ Flag: { Status: 2, FlagType: 'Flag for follow up' } })).toBeNull();
    expect(mail().flags).toMatchObject({ flagged: true, noted: false });
    expect(await change({ Flag: { Status: 0 } })).toBeNull();
    expect(mail().flags.flagged).toBe(false);
  });
});

it('a waiting phone is woken by new dates of a flag', async () => {
  await start();
  await change({ Flag: due });
  await arrived();
  const waiting = inboxes[1]!.sync({}, { HeartbeatInterval: 60 });
  await eventually(() => server.watch.size === 1);
  await change({ Flag: { ...due, Subject: 'other' } });
  expect(changed(await waiting)?.Flag?.Subject).toBe('other');
});
