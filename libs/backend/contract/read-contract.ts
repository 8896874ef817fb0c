import type { EmailItem } from '#eas';
import type { Backend, ReadResult } from '../port.js';
import { type ContractSetup, type Fixture } from './fixture.js';
import { Replica } from './replica.js';
import { runWith } from './run-with.js';
import { eventually, plainView, sampleMail } from './sample-mail.js';

async function readAll(
  backend: Backend,
  folder: string,
  ids: readonly string[],
  view = plainView,
): Promise<ReadResult[]> {
  const results: ReadResult[] = [];
  for await (const result of backend.read(folder, ids, view)) results.push(result);
  return results;
}

const itemOf = (result: ReadResult | undefined): EmailItem => {
  if (!result || !('item' in result)) throw new Error(`no item but ${JSON.stringify(result)}`);
  return result.item;
};

async function idsOf(fixture: Fixture, count: number, folder = fixture.inbox): Promise<string[]> {
  const replica = new Replica(fixture.backend, folder);
  await eventually(async () => (await replica.sync(), replica.ids.length === count));
  return replica.ids;
}

export function readContract(setup: ContractSetup): void {
  describe('read', () => {
    it(
      'gives items in the order they were asked for, each once an id',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        for (let i = 0; i < 5; i++) await fixture.deliver(inbox, sampleMail(`number ${i}`));
        const ids = await idsOf(fixture, 5);
        const order = [ids[3]!, ids[0]!, ids[4]!, ids[1]!, ids[2]!];
        const results = await readAll(backend, inbox, order);
        expect(results.map(({ id }) => id)).toEqual(order);
        expect(results.map((result) => itemOf(result).Subject)).toEqual(
          [3, 0, 4, 1, 2].map((i) => `number ${i}`),
        );
      }),
    );

    it(
      'makes a whole item of a mail',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        const receivedAt = new Date('2026-02-03T04:05:06Z');
        await fixture.deliver(inbox, sampleMail('complete'), { receivedAt, seen: true, flagged: true });
        const item = itemOf((await readAll(backend, inbox, await idsOf(fixture, 1)))[0]);
        expect(item).toMatchObject({
          Subject: 'complete',
          From: '"Ada L." <ada@example.org>',
          To: 'bob@example.org',
          DateReceived: receivedAt,
          Read: true,
          Flag: { Status: 2 },
          Body: { Type: 1, Data: 'Body of complete.\r\n' },
          MessageClass: 'IPM.Note',
        });
      }),
    );

    it(
      'gives nothing but the state for a state view',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        await fixture.deliver(inbox, sampleMail('state'), { seen: true });
        const [result] = await readAll(backend, inbox, await idsOf(fixture, 1), {
          ...plainView,
          detail: 'state',
        });
        const item = itemOf(result);
        expect(item).toMatchObject({ Read: true });
        expect(
          Object.keys(item).filter(
            (key) => !['Read', 'Flag', 'LastVerbExecuted', 'Categories'].includes(key),
          ),
        ).toEqual([]);
      }),
    );

    it(
      'tells of a mail that is gone, and goes on with the next',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        const handle = await fixture.deliver(inbox, sampleMail('leaves'));
        await fixture.deliver(inbox, sampleMail('stays'));
        const [leaving, staying] = await idsOf(fixture, 2);
        await fixture.expunge(inbox, handle);
        const results = await readAll(backend, inbox, [leaving!, 'zzzzzzz-zzzzzz', staying!]);
        expect(results.map((result) => ('failure' in result ? result.failure : 'item'))).toEqual([
          'gone',
          'gone',
          'item',
        ]);
      }),
    );

    it(
      'may be left early and used again',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        for (let i = 0; i < 4; i++) await fixture.deliver(inbox, sampleMail(`early ${i}`));
        const ids = await idsOf(fixture, 4);
        for (let round = 0; round < 3; round++) {
          for await (const result of backend.read(inbox, ids, plainView)) {
            expect(result.id).toBe(ids[0]);
            break;
          }
        }
        expect(await readAll(backend, inbox, ids)).toHaveLength(4);
      }),
    );

    it(
      'hands out a large body whole, and its exact size',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        const line = 'A line of a long letter, number 12345.\r\n';
        await fixture.deliver(inbox, sampleMail('large', line.repeat(50_000).slice(0, -2)));
        const ids = await idsOf(fixture, 1);
        for await (const result of backend.read(inbox, ids, plainView)) {
          const body = itemOf(result).Body;
          const data = await textOf(body?.Data);
          expect(data.length).toBe(line.length * 50_000);
          expect(data.startsWith(line) && data.endsWith(line)).toBe(true);
          expect(body).toMatchObject({ EstimatedDataSize: data.length });
          expect(body?.Truncated ?? false).toBe(false);
        }
      }),
    );

    it(
      'cuts a body as the view wants it',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        await fixture.deliver(inbox, sampleMail('cut', 'äöü'.repeat(100)));
        const view = { ...plainView, bodyPreferences: [{ type: 1, truncationSize: 11 } as const] };
        const item = itemOf((await readAll(backend, inbox, await idsOf(fixture, 1), view))[0]);
        expect(item.Body).toMatchObject({ Truncated: true, Data: 'äöüäö', EstimatedDataSize: 602 });
      }),
    );
  });
}

async function textOf(data: string | AsyncIterable<string | Uint8Array> | undefined): Promise<string> {
  if (typeof data === 'string' || data === undefined) return data ?? '';
  const pieces: Buffer[] = [];
  for await (const piece of data) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}
