import fc from 'fast-check';
import { encodeToBuffer } from '../codec/encode.js';
import {
  commands,
  FolderSyncResponse,
  SearchResponse,
  statusAnswer,
  SyncResponse,
} from '../commands/index.js';
import type { Element, Encodable } from '../schema/schema.js';
import { inRange, versionNumbers } from '../version.js';
import { arbitraryOf } from './arbitrary.js';
import { violationsIn, violationsOf } from './validate-answer.js';
import type { Violation } from './violation.js';
import type { WireElement } from './wire-tree.js';

const told = async <S extends Element>(schema: S, value: Encodable<S>, version = 161): Promise<string[]> =>
  violationsOf(await encodeToBuffer(schema, value, { version })).map(({ message }) => message);

const synced = (ApplicationData: object): Encodable<typeof SyncResponse> => ({
  Collections: {
    Collection: [
      {
        SyncKey: '1-1',
        CollectionId: '2',
        Status: 1,
        Commands: [{ Add: { ServerId: '2:1', ApplicationData } }],
      },
    ],
  },
});

const MAIL = {
  Email: { To: 'a@example.org', Read: true, Body: { Type: 1, EstimatedDataSize: 2, Data: 'hi' } },
};

/** The declaration allows what no handler does: Limit beside Collections, and to send back what only phones send. */
const isFree = ({ kind, model, element }: Violation): boolean =>
  (kind === 'misplaced' && model === 'AirSync:Sync') || element === 'Calendar:ClientUid';

const cases = Object.entries(commands).flatMap(([name, { response, versions }]) =>
  versionNumbers
    .filter((version) => inRange(versions, version))
    .map((version) => [name, version, response] as const),
);

describe("answers by the specification's schemas", () => {
  it.each(cases)(
    '%s in %d: every element we can send is one, and in its place',
    async (_name, version, response) => {
      await fc.assert(
        fc.asyncProperty(arbitraryOf<Element>(response, version), async (value) => {
          const found = violationsOf(await encodeToBuffer<Element>(response, value, { version }));
          expect(
            found.filter((one) => (one.kind === 'unknown' || one.kind === 'misplaced') && !isFree(one)),
          ).toEqual([]);
        }),
        { numRuns: 8 },
      );
    },
  );

  it('may be nothing but a Status', async () => {
    for (const name of Object.keys(commands) as (keyof typeof commands)[])
      expect([name, await told(statusAnswer(name), { Status: 142 })]).toEqual([name, []]);
  });

  it('are good as a phone gets them', async () => {
    expect(await told(SyncResponse, synced(MAIL))).toEqual([]);
    const Store = { Status: 1, Result: [{}], Total: 0 };
    expect(await told(SearchResponse, { Status: 1, Response: { Store } })).toEqual([]);
  });

  it.each<[string, Encodable<typeof SyncResponse>, string]>([
    ['an item without properties', synced({}), 'is missing'],
    [
      'a body of an impossible type',
      synced({ Email: { Body: { Type: 300 } } }),
      'Body/Type: "300" is no unsignedByte',
    ],
    ['a long id', { Collections: { Collection: [{ CollectionId: 'x'.repeat(65) }] } }, 'maxLength=64'],
    ['two answers in one', { Limit: 3, ...synced(MAIL) }, 'AirSync:Collections is out of place'],
  ])('are not good with %s', async (_what, answer, message) => {
    expect(await told(SyncResponse, answer)).toEqual([expect.stringContaining(message)]);
  });

  it('are not good with a folder that has no name', async () => {
    const Add = [{ ServerId: '1', ParentId: '', DisplayName: 'x', Type: 12 }];
    expect(await told(FolderSyncResponse, { Status: 1, SyncKey: '1', Changes: { Count: 1, Add } })).toEqual([
      'FolderSync/Changes/Add/ParentId: "" is no string maxLength=64 minLength=1',
    ]);
  });
});

const leaf = (name: string, text = ''): WireElement => ({ name, children: [], text, isOpaque: false });
const tree = (name: string, ...children: WireElement[]): WireElement => ({ ...leaf(name), children });

describe('a broken answer is told apart', () => {
  const status = leaf('MeetingResponse:Status', '1');
  const calendarId = leaf('MeetingResponse:CalendarId', '7:1');
  const result = (...children: WireElement[]) =>
    tree('MeetingResponse:MeetingResponse', tree('MeetingResponse:Result', ...children));

  it.each<[string, WireElement, string]>([
    ['unknown', result(status, leaf('Email:Subject')), 'Email:Subject'],
    ['misplaced', result(calendarId, status), 'MeetingResponse:CalendarId'],
    ['missing', result(leaf('MeetingResponse:RequestId', '1')), 'MeetingResponse:Status'],
    ['too many', result(status, status), 'MeetingResponse:Status'],
    ['value', result(leaf('MeetingResponse:Status', 'one')), 'MeetingResponse:Status'],
    [
      'value',
      result(status, leaf('MeetingResponse:InstanceId', '20261122T080000Z')),
      'MeetingResponse:InstanceId',
    ],
    ['value', { ...result(status), text: 'loose text' }, 'MeetingResponse:MeetingResponse'],
  ])('%s', (kind, answer, element) => {
    expect(violationsIn(answer)).toEqual([expect.objectContaining({ kind, element })]);
  });

  it('with the path to it, numbered where there are several', () => {
    const good = tree('MeetingResponse:Result', status);
    const bad = tree('MeetingResponse:Result', leaf('MeetingResponse:Status', 'one'));
    expect(violationsIn(tree('MeetingResponse:MeetingResponse', good, bad))).toEqual([
      expect.objectContaining({ path: 'MeetingResponse/Result[1]/Status' }),
    ]);
  });
});
