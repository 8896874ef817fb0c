import { BackendError, type OutOfOffice, type OutOfOfficeState } from '#backend';
import type { SettingsPart } from '#eas';
import { TestServer } from '../testing/index.js';
import type { WireMessage } from './oof-message.js';

/** Keeps what is set; audiences that are not named keep what they have. */
class KeptReplies implements OutOfOffice {
  readonly kind = 'test';
  kept: OutOfOfficeState = { state: 'disabled', messages: {} };
  failure: BackendError | null = null;

  async get(): Promise<OutOfOfficeState> {
    if (this.failure) throw this.failure;
    return this.kept;
  }

  async set(state: OutOfOfficeState): Promise<void> {
    if (this.failure) throw this.failure;
    this.kept = { ...state, messages: { ...this.kept.messages, ...state.messages } };
  }

  close = async (): Promise<void> => undefined;
}

let server: TestServer;
let replies: KeptReplies;
beforeEach(() => {
  server = new TestServer();
  server.outOfOffice = replies = new KeptReplies();
});
afterEach(() => server.close());

type OofRequest = Extract<SettingsPart, { Oof: unknown }>['Oof'];

async function ask(Oof: OofRequest): Promise<unknown> {
  const [, answer] = await server.handset().ask('Settings', [{ Oof }]);
  return answer && 'Oof' in answer ? answer.Oof : undefined;
}

const set = (Set: SetRequest) => ask({ Set });
const get = (BodyType = 'Text') => ask({ Get: { BodyType } });
const start = new Date('2026-12-01T08:00:00Z');
const end = new Date('2026-12-10T17:00:00Z');
type SetRequest = NonNullable<OofRequest['Set']>;
const reply = (
  audience: 'AppliesToInternal' | 'AppliesToExternalKnown' | 'AppliesToExternalUnknown',
  text: string,
  BodyType = 'Text',
): WireMessage => ({
  [audience]: true,
  Enabled: true,
  ReplyMessage: text,
  BodyType,
});

describe('Oof', () => {
  it('gives back what was set, one message an audience, and the times only where they count', async () => {
    const OofMessage = [reply('AppliesToInternal', 'Back soon'), reply('AppliesToExternalKnown', 'Away')];
    expect(await set({ OofState: 2, StartTime: start, EndTime: end, OofMessage })).toEqual({ Status: 1 });
    const messages = [...OofMessage, { AppliesToExternalUnknown: true, Enabled: false }];
    expect(await get()).toEqual({
      Status: 1,
      Get: { OofState: 2, StartTime: start, EndTime: end, OofMessage: messages },
    });
    expect(await set({ OofState: 1, StartTime: start, EndTime: end })).toEqual({ Status: 1 });
    expect(replies.kept).not.toHaveProperty('start');
    expect(await get()).toEqual({ Status: 1, Get: { OofState: 1, OofMessage: messages } });
  });

  it('blanks no text the phone did not send (trap 103)', async () => {
    await set({
      OofState: 1,
      OofMessage: [reply('AppliesToInternal', 'in'), reply('AppliesToExternalUnknown', 'out')],
    });
    await set({ OofState: 0, OofMessage: [{ AppliesToInternal: true, Enabled: false }] });
    expect(replies.kept).toEqual({
      state: 'disabled',
      messages: {
        internal: { enabled: false, reply: 'in', bodyType: 'text' },
        externalUnknown: { enabled: true, reply: 'out', bodyType: 'text' },
      },
    });
  });

  it('answers in the type asked for, whatever was set', async () => {
    await set({
      OofState: 1,
      OofMessage: [
        reply('AppliesToInternal', '<p>Back <b>soon</b></p>', 'HTML'),
        reply('AppliesToExternalKnown', 'a < b\r\nc'),
      ],
    });
    expect(await get('TEXT')).toMatchObject({
      Get: {
        OofMessage: [
          { ReplyMessage: 'Back soon', BodyType: 'Text' },
          { ReplyMessage: 'a < b\r\nc', BodyType: 'Text' },
          {},
        ],
      },
    });
    expect(await get('HTML')).toMatchObject({
      Get: {
        OofMessage: [
          { ReplyMessage: '<p>Back <b>soon</b></p>', BodyType: 'HTML' },
          { ReplyMessage: 'a &lt; b<br>\r\nc', BodyType: 'HTML' },
          {},
        ],
      },
    });
  });

  it.each<[string, SetRequest, number]>([
    ['times where there are none', { OofState: 2 }, 6],
    ['an end before the start', { OofState: 2, StartTime: end, EndTime: start }, 6],
    ['one time alone', { OofState: 2, StartTime: start }, 2],
    ['one time alone, also where none counts', { OofState: 0, EndTime: end }, 2],
    ['an unknown state', { OofState: 3 }, 5],
    ['a message for nobody', { OofState: 1, OofMessage: [{ Enabled: true }] }, 5],
    [
      'a message for two audiences',
      {
        OofState: 1,
        OofMessage: [{ AppliesToInternal: true, AppliesToExternalKnown: true, Enabled: true }],
      },
      6,
    ],
    [
      'an audience twice',
      { OofState: 1, OofMessage: [reply('AppliesToInternal', 'a'), reply('AppliesToInternal', 'b')] },
      6,
    ],
    [
      'a text of no type',
      { OofState: 1, OofMessage: [{ AppliesToInternal: true, Enabled: true, ReplyMessage: 'x' }] },
      5,
    ],
    ['a text of an unknown type', { OofState: 1, OofMessage: [reply('AppliesToInternal', 'x', 'RTF')] }, 5],
  ])('refuses %s and changes nothing', async (_what, request, status) => {
    const before = replies.kept;
    expect(await set(request)).toEqual({ Status: status });
    expect(replies.kept).toBe(before);
  });

  it('a Get without or with an unknown BodyType is refused', async () => {
    expect(await ask({ Get: {} })).toEqual({ Status: 2 });
    expect(await get('RTF')).toEqual({ Status: 5 });
    expect(await ask({})).toEqual({ Status: 2 });
  });

  it.each([
    ['unavailable', 4],
    ['auth', 3],
    ['unsupported', 3],
    ['conflict', 6],
  ] as const)('a server that answers `%s` fails this part alone', async (kind, status) => {
    replies.failure = new BackendError(kind, 'as you were told');
    const answer = await server
      .handset()
      .ask('Settings', [
        { Oof: { Get: { BodyType: 'Text' } } },
        { Oof: { Set: { OofState: 0 } } },
        { UserInformation: { Get: true } },
      ]);
    expect(answer).toMatchObject([
      { Status: 1 },
      { Oof: { Status: status } },
      { Oof: { Status: status } },
      { UserInformation: { Status: 1 } },
    ]);
    expect(server.leased).toBe(0);
    // An administrator hears of a server that is down, not of a user's own vacation rule.
    const failures = server.told.filter((line) => line === 'outOfOffice failed');
    expect(failures).toHaveLength(kind === 'conflict' ? 0 : 2);
  });

  it('parts in odd orders are each answered by their own Status, a part that comes twice too', async () => {
    const Get = { Get: { BodyType: 'Text' } };
    const answer = await server
      .handset()
      .ask('Settings', [
        { UserInformation: { Get: true } },
        { Oof: { Set: { OofState: 1, OofMessage: [reply('AppliesToInternal', 'Away')] } } },
        { Oof: Get },
        { Oof: { Set: { OofState: 7 } } },
        { Oof: { Set: { OofState: 0 } } },
        { Oof: Get },
      ]);
    expect(answer).toMatchObject([
      { Status: 1 },
      { UserInformation: { Status: 1 } },
      { Oof: { Status: 1 } },
      { Oof: { Status: 1, Get: { OofState: 1 } } },
      { Oof: { Status: 5 } },
      { Oof: { Status: 1 } },
      { Oof: { Status: 1, Get: { OofState: 0 } } },
    ]);
  });
});
