import { MemoryObjectSource } from '#backends/memory';
import { clientScheduling } from './client-scheduling.js';

const event = (...lines: string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:1',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const meeting = event(
  'X-KEPT;X-P=1:v',
  'ORGANIZER;CN="A, B":mailto:ada@example.org',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.net',
  'ATTENDEE;SCHEDULE-AGENT=NONE:mailto:eve@example.net',
);
let server: MemoryObjectSource;
beforeEach(() => {
  server = new MemoryObjectSource('Calendar');
  server.schedules = true;
});
const stored = (): string | undefined => server.texts('Calendar').get('a.ics')?.replace(/\r\n /g, '');

it('marks each who is involved, says that something else was stored, and leaves all other as it is', async () => {
  const source = clientScheduling(server);
  expect(await source.put('Calendar', 'a.ics', meeting, null)).toEqual({ version: null });
  expect(stored()).toMatch(/ORGANIZER;CN="A, B";SCHEDULE-AGENT=CLIENT:mailto:ada/);
  expect(stored()).toMatch(/ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT:mailto:bob/);
  expect(stored()).toContain('ATTENDEE;SCHEDULE-AGENT=NONE:mailto:eve');
  expect(stored()).toContain('X-KEPT;X-P=1:v');
});

it('has nothing to say of appointments, of what nobody can read, and to servers that do not schedule', async () => {
  const source = clientScheduling(server);
  for (const text of [event('SUMMARY:x'), 'ATTENDEE:none\r\nBEGIN:'])
    await source.put('Calendar', `${text.length}.ics`, text, null);
  server.schedules = false;
  await source.put('Calendar', 'a.ics', meeting, null);
  expect([...server.texts('Calendar').values()].join('')).not.toContain('CLIENT');
});

it('leaves a meeting of another program to the server, and keeps its own', async () => {
  const source = clientScheduling(server);
  const version = server.write('Calendar', 'a.ics', meeting.replace(/ATTENDEE;SCHEDULE.*\r\n/, ''));
  await source.put('Calendar', 'a.ics', meeting.replace('UID', 'X:y\r\nUID'), version);
  expect(stored()).not.toContain('AGENT=CLIENT');
  await source.put('Calendar', 'b.ics', meeting, null);
  const [, b] = [...server.texts('Calendar')].find(([name]) => name === 'b.ics')!;
  const { changed } = await server.changes('Calendar', null, 9);
  const own = changed.find(({ name }) => name === 'b.ics')!;
  await source.put('Calendar', 'b.ics', b.replace('UID', 'X:y\r\nUID'), own.version);
  expect(server.texts('Calendar').get('b.ics')).toContain('AGENT=CLIENT');
});

it('is a source as the one behind it otherwise', async () => {
  const source = clientScheduling(server);
  expect(source.kind).toBe('memory');
  expect(await source.folders()).toEqual(await server.folders());
  expect(source.move).not.toBeNull();
});
