import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '#backend/contract';
import { EventStreams, type EventStream } from './event-streams.js';

/** More than sockets and the systems behind them hold for a reader that does not read. */
const MUCH = 'x'.repeat(32_000_000);

describe('streams of events', () => {
  let streams: EventStreams;
  let server: Server;
  let opened: EventStream[];
  let may: boolean | Error;
  const reported: unknown[] = [];
  const readers: IncomingMessage[] = [];

  beforeEach(async () => {
    [opened, may] = [[], true];
    reported.length = readers.length = 0;
    streams = new EventStreams({ report: (error) => reported.push(error) });
    const isStill = async (): Promise<boolean> => {
      if (may instanceof Error) throw may;
      return may;
    };
    server = createServer((incoming, response) => {
      opened.push(streams.begin({ request: incoming, response, isStill }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    streams.close();
    for (const reader of readers) reader.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Somebody who has the answer's head and reads nothing of it yet. */
  async function reader(): Promise<{ stream: EventStream; answer: IncomingMessage; text: () => string }> {
    const { port } = server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: '127.0.0.1', port }, resolve).on('error', reject).end();
    });
    answer.on('error', () => undefined);
    readers.push(answer);
    let heard = '';
    return {
      stream: opened.at(-1)!,
      answer,
      text() {
        if (answer.listenerCount('data') === 0)
          answer.on('data', (data: Buffer) => (heard += data.toString()));
        return heard;
      },
    };
  }

  /** Sends more than there is room for. */
  function flood(stream: EventStream): void {
    expect(stream.send('much', MUCH)).toBe(true);
  }

  it('end when who reads may not any more, and free what they held', async () => {
    const { stream, text, answer } = await reader();
    let freed = 0;
    stream.onEnd(() => freed++);
    await streams.look();
    expect([streams.size, freed]).toEqual([1, 0]);
    stream.send('entry', { is: 'told' });
    await eventually(() => text().includes('event: entry\ndata: {"is":"told"}\n\n'));
    may = false;
    await streams.look();
    expect([streams.size, freed]).toEqual([0, 1]);
    expect(stream.send('entry', 'secret')).toBe(false);
    await eventually(() => answer.complete);
    expect(text()).not.toContain('secret');
  });

  it('go on while nobody can tell whether who reads still may', async () => {
    await reader();
    may = new Error('the database is away');
    await streams.look();
    expect(streams.size).toBe(1);
    expect(reported).toEqual([may]);
  });

  it('leave out what a slow reader has no room for, say when there is, and keep nothing for him', async () => {
    const { stream, text } = await reader();
    flood(stream);
    expect(stream.send('entry', 'left out')).toBe(false);
    let taken = false;
    stream.whenTaken(() => (taken = true));
    text();
    await eventually(() => taken);
    expect(stream.send('entry', 'after')).toBe(true);
    await eventually(() => text().includes('"after"'));
    expect(text()).not.toContain('left out');
  });

  it('give signs of life, and are taken from a reader that takes none of them', async () => {
    const [alive, dead] = [await reader(), await reader()];
    flood(dead.stream);
    for (let beats = 0; beats < 3; beats++) streams.beat();
    expect(streams.size).toBe(2);
    await eventually(() => alive.text().split(': here\n\n').length === 4);
    streams.beat();
    expect(streams.size).toBe(1);
    expect(dead.stream.send('entry', '')).toBe(false);
  });

  it('know at once that a reader has gone, and have room for 200', async () => {
    for (let count = 0; count < 200; count++) await reader();
    const { request: incoming, response } = { request: readers[0]!, response: null };
    expect(() =>
      streams.begin({ request: incoming, response: response!, isStill: async () => true }),
    ).toThrow('Too many');
    readers[0]!.destroy();
    await eventually(() => streams.size === 199);
  });
});
