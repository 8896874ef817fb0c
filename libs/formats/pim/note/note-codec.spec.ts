import fc from 'fast-check';
import { BackendError, type View } from '#backend';
import type { NotesData } from '#eas';
import { MalformedText, type ReadContext, type WriteContext } from '../codec.js';
import { noteCodec } from './note-codec.js';

const versions = [140, 141, 160, 161];
const owner = { identities: [{ address: 'anna@example.org', displayName: 'Anna' }] };
const now = new Date('2026-11-23T08:00:00Z');
const writing = (protocolVersion = 161): WriteContext => ({
  manner: { protocolVersion, supported: null },
  owner,
  now,
  instance: null,
});
const reading = (bodyPreferences: View['bodyPreferences'] = []): ReadContext => ({
  view: { protocolVersion: 161, bodyPreferences, mimeSupport: 0, mimeTruncation: null, detail: 'full' },
  owner,
  occurrence: null,
});
const note = (...lines: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VJOURNAL',
    'UID:n1',
    ...lines,
    'END:VJOURNAL',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const lines = (text: string): string[] => text.replace(/\r\n[ \t]/g, '').split('\r\n');

it('a note has its class and date, whoever wrote it', () => {
  const item = noteCodec.read(
    note('SUMMARY:Milk', 'DTSTAMP:20260102T030405Z', 'DESCRIPTION:a\\nb'),
    reading(),
  );
  expect(item).toMatchObject({
    Subject: 'Milk',
    MessageClass: 'IPM.StickyNote',
    LastModifiedDate: new Date('2026-01-02T03:04:05Z'),
    Body: { Type: 1, Data: 'a\r\nb' },
  });
});

it('the date a phone sends is ignored: it is when the note was changed here (MS-ASNOTE 3.2.5.3.1)', () => {
  const changed = noteCodec.apply(
    note('SUMMARY:a'),
    { Subject: 'b', LastModifiedDate: new Date(0) },
    writing(),
  ).text;
  expect(noteCodec.read(changed, reading()).LastModifiedDate).toEqual(now);
});

it('omitted categories go, omitted subject and text stay (MS-ASNOTE 3.2.5.3)', () => {
  const text = note('SUMMARY:a', 'DESCRIPTION:b', 'CATEGORIES:c,d');
  const item = noteCodec.read(noteCodec.apply(text, {}, writing()).text, reading());
  expect(item).toMatchObject({ Subject: 'a', Categories: { Category: [] }, Body: { Data: 'b' } });
});

it('only classes of notes are taken (MS-ASNOTE 2.2.2.5), and kept', () => {
  expect(() => noteCodec.create({ MessageClass: 'IPM.Note' }, 'u', writing())).toThrow(BackendError);
  const { text } = noteCodec.create({ MessageClass: 'IPM.StickyNote.Blue' }, 'u', writing());
  expect(noteCodec.read(text, reading()).MessageClass).toBe('IPM.StickyNote.Blue');
});

it('HTML is kept as HTML, told as what is asked for, and not replaced by its own conversion (trap 99)', () => {
  const data: NotesData = { Body: { Type: 2, Data: '<p>Eggs &amp; <b>milk</b>; bread, \\n butter</p>' } };
  const { text } = noteCodec.create(data, 'u', writing());
  expect(noteCodec.read(text, reading([{ type: 2 }])).Body).toMatchObject({ Type: 2, Data: data.Body!.Data });
  const plain = noteCodec.read(text, reading([{ type: 1 }])).Body;
  expect(plain).toMatchObject({ Type: 1, Data: 'Eggs & milk; bread, \\n butter' });
  const echoed = { Body: { Type: 1, Data: plain!.Data as string } };
  expect(noteCodec.apply(text, echoed, writing()).text).toBe(text);
  // Somebody who knows DESCRIPTION only changed it: the HTML is out of date.
  const foreign = text.replace(/DESCRIPTION:[^\r]*/, 'DESCRIPTION:Nothing');
  expect(noteCodec.read(foreign, reading()).Body).toMatchObject({ Type: 1, Data: 'Nothing' });
});

it('what is unknown stays, and no change is no change', () => {
  const text = note(
    'DTSTART;VALUE=DATE:20260101',
    'STATUS:DRAFT',
    'X-FOO;A=b:c\\,d',
    'ATTACH:http://example.org/a',
  );
  expect(noteCodec.apply(text, { MessageClass: 'IPM.StickyNote' }, writing()).text).toBe(text);
  const changed = noteCodec.apply(text, { Subject: 's' }, writing()).text;
  expect(lines(changed)).toEqual(expect.arrayContaining(lines(text)));
});

it('what is no note is malformed', () => {
  for (const text of ['', 'x', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR']) {
    expect(() => noteCodec.read(text, reading())).toThrow(MalformedText);
  }
});

it('any note comes back as it was sent, new and over another', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) =>
    text
      .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const anyNote = fc.record({
    Subject: line,
    categories: fc.uniqueArray(
      line.filter((text) => text !== ''),
      { maxLength: 4 },
    ),
    body: fc.array(line, { maxLength: 4 }).map((all) => all.join('\r\n').trimEnd()),
  });
  const data = ({
    Subject,
    categories,
    body,
  }: {
    Subject: string;
    categories: string[];
    body: string;
  }): NotesData => ({
    Subject,
    Categories: { Category: categories },
    Body: { Type: 1, Data: body },
  });
  fc.assert(
    fc.property(anyNote, anyNote, fc.constantFrom(...versions), (first, second, version) => {
      let text = noteCodec.create(data(first), 'u', writing(version)).text;
      for (const each of [first, second]) {
        text = noteCodec.apply(text, data(each), writing(version)).text;
        const item = noteCodec.read(text, reading());
        expect(item.Subject).toBe(each.Subject);
        expect(new Set(item.Categories?.Category as string[])).toEqual(new Set(each.categories));
        expect(item.Body?.Data ?? '').toBe(each.body);
      }
    }),
    { numRuns: 200 },
  );
});
