import ICAL from 'ical.js';
import { encodeToBuffer, SyncResponse, type Encodable, type ItemByClass, type ItemDataByClass } from '#eas';
import { eventCodec, MalformedText, type Owner, type ReadContext, type WriteContext } from '../../index.js';
import { violationsOf } from '../../../eas/testing/index.js';
import { topics, type HardCase } from '../../../../tests/calendars/index.js';
import { shownStarts } from '../../../../tests/calendars/phone-calendar.js';

/** The calendar of hard cases through the codec alone; tests/calendars.spec.ts sends it through a whole Godwit. */

type Item = ItemByClass['Calendar'];
type Data = ItemDataByClass['Calendar'];

const allVersions = [121, 141, 161];
const owner: Owner = { identities: [{ address: 'me@example.org', displayName: 'Me' }] };
const horizon = { from: new Date('2010-01-01T00:00:00Z'), to: new Date('2030-01-01T00:00:00Z') };

const reading = (protocolVersion: number, type: 1 | 2, occurrence: Date | null = null): ReadContext => ({
  owner,
  occurrence,
  view: {
    protocolVersion,
    bodyPreferences: [{ type }],
    mimeSupport: 0,
    mimeTruncation: null,
    detail: 'full',
  },
});

const writing = (protocolVersion: number, instance: Date | null = null): WriteContext => ({
  manner: { protocolVersion, supported: null },
  owner,
  now: new Date('2026-03-01T12:10:00Z'),
  instance,
});

const read = (text: string, version: number, occurrence: Date | null = null): Item =>
  eventCodec.read(text, reading(version, 1, occurrence));

/** What a phone sends back when it saves an item: all that it was told; from 16.0 on no exceptions. */
function whole(item: Item, version: number): Data {
  const { Exceptions, Attachments: _, ...rest } = item;
  return (version >= 160 || !Exceptions ? rest : { ...rest, Exceptions }) as Data;
}

function answerWith(item: Item, protocolVersion: number): Promise<Buffer> {
  const answer: Encodable<typeof SyncResponse> = {
    Collections: {
      Collection: [
        {
          ...(protocolVersion === 121 ? { Class: 'Calendar' } : {}),
          SyncKey: '2',
          CollectionId: '1',
          Status: 1,
          Commands: [{ Add: { ServerId: '1:1', ApplicationData: { Calendar: item } } }],
        },
      ],
    },
  };
  return encodeToBuffer(SyncResponse, answer, { version: protocolVersion });
}

/** The text of MS-ASCAL 2.2.2.9 has the 4 of 16.0; its schema was not brought up to that. */
const faultsIn = async (item: Item, version: number): Promise<string[]> =>
  violationsOf(await answerWith(item, version))
    .filter(({ element }) => element !== 'Calendar:BusyStatus')
    .map(({ message }) => message);

function linesOf(text: string): string[] {
  const unfolded = new ICAL.Component(ICAL.parse(text) as unknown[]).toString().replace(/\r\n /g, '');
  return unfolded.split('\r\n').filter((line) => !/^(SUMMARY|DTSTAMP|LAST-MODIFIED|SEQUENCE)[:;]/.test(line));
}

/** Whether ical.js alone can read it, in one piece. */
function isOrderly(text: string): boolean {
  try {
    return (
      typeof (ICAL.parse(text) as unknown[])[0] === 'string' && !/T::|UNTIL=fore-/.test(linesOf(text).join())
    );
  } catch {
    return false;
  }
}

const startsOf = (item: Item, { starts }: HardCase): string[] => {
  const ends = starts?.at(-1) === 'end';
  const shown = shownStarts(item, starts ? starts.length : 30);
  return ends && shown.length < starts.length ? [...shown, 'end'] : shown;
};

describe.each(topics)('%s', (topic, cases) => {
  // What is hostile costs more, and says the same in all versions.
  const versions = topic === 'hostile' ? [161] : allVersions;
  const shown = cases.filter(({ fate = 'item' }) => fate === 'item');
  const expanded = cases.filter(({ fate }) => fate === 'expanded');
  const unreadable = cases.filter(({ fate }) => fate === 'unreadable');

  it.each(shown.map((one) => [one.name, one] as const))('%s', async (_name, hard) => {
    const { text } = hard;
    expect(eventCodec.survey(text, horizon).occurrences).toBeNull();
    for (const version of versions) {
      const item = read(text, version);
      expect(await faultsIn(item, version)).toEqual([]);
      if (hard.sees) expect(item).toMatchObject(hard.sees);
      if (hard.starts && version >= (hard.from ?? 0))
        expect([version, ...startsOf(item, hard)]).toEqual([version, ...hard.starts]);
      for (const type of [1, 2] as const) {
        const echo = whole(eventCodec.read(text, reading(version, type)), version);
        expect(eventCodec.apply(text, echo, writing(version)).text === text).toBe(true);
        if (!echo.Exceptions) continue;
        const { Exceptions: _left, ...alone } = echo;
        expect(eventCodec.apply(text, alone, writing(version)).text === text).toBe(true);
      }
    }
  });

  it.each(shown.filter(({ text }) => text.length < 100_000).map((one) => [one.name, one] as const))(
    '%s: another title changes nothing else',
    (_name, hard) => {
      for (const version of versions) {
        const before = read(hard.text, version);
        const change = (): string =>
          eventCodec.apply(hard.text, { ...whole(before, version), Subject: 'Other' }, writing(version)).text;
        if (hard.readOnly === true) {
          expect(change).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
          continue;
        }
        const text = change();
        const after = read(text, version);
        expect(after.Subject).toBe('Other');
        expect(shownStarts(after, 30)).toEqual(shownStarts(before, 30));
        if (isOrderly(hard.text)) expect(linesOf(text)).toEqual(linesOf(hard.text));
      }
    },
  );

  if (expanded.length > 0)
    it.each(expanded.map((one) => [one.name, one] as const))('%s, told one by one', async (_name, hard) => {
      const occurrences = eventCodec.survey(hard.text, horizon).occurrences ?? [];
      expect(occurrences.length > 0).toBe(hard.starts?.length !== 0);
      for (const version of versions) {
        const items = occurrences.slice(0, 20).map((at) => read(hard.text, version, at));
        for (const item of items) expect(await faultsIn(item, version)).toEqual([]);
        const starts = items.flatMap((item) => shownStarts(item, 1));
        const ended = occurrences.length < (hard.starts?.length ?? 0) ? [...starts, 'end'] : starts;
        if (hard.starts) expect(ended.slice(0, hard.starts.length)).toEqual(hard.starts);
        const write = (): unknown => eventCodec.apply(hard.text, { Subject: 'Other' }, writing(version));
        expect(write).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
      }
    });

  if (unreadable.length > 0)
    it.each(unreadable.map((one) => [one.name, one] as const))('%s cannot be read', (_name, { text }) => {
      expect(() => read(text, 161)).toThrow(MalformedText);
      expect(() => eventCodec.apply(text, {}, writing(161))).toThrow(MalformedText);
    });
});
