import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DavFactory, type DavSource } from '#backends/dav';
import { startRadicale, type Radicale } from '../tests/servers/index.js';
import { contact, event } from './pim-corpus.js';

/** What reached the server. */
export interface Traffic {
  readonly requests: number;
  /** Bytes of its answers. */
  readonly bytes: number;
}

export type DavKind = 'carddav' | 'caldav';

const USER = 'bench';
const collections = {
  carddav: { name: 'contacts', props: { tag: 'VADDRESSBOOK' }, suffix: '.vcf', text: contact },
  caldav: {
    name: 'calendar',
    props: { tag: 'VCALENDAR', 'C:supported-calendar-component-set': 'VEVENT' },
    suffix: '.ics',
    text: event,
  },
} as const;

/** A Radicale of our own with an address book and a calendar, behind a proxy that counts what passes. */
export class DavServer {
  readonly user = USER;
  #requests = 0;
  #bytes = 0;
  readonly #factories: DavFactory[] = [];

  private constructor(
    private readonly radicale: Radicale,
    private readonly proxy: Server,
  ) {}

  static async start(size: number): Promise<DavServer> {
    const radicale = await startRadicale([USER]);
    const server: DavServer = new DavServer(
      radicale,
      createServer((incoming, outgoing) => {
        const target = new URL(incoming.url ?? '/', radicale.url);
        const { method, headers } = incoming;
        server.#requests += 1;
        const inner = forward(target, { method, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on('data', (chunk: Buffer) => (server.#bytes += chunk.length));
          answer.pipe(outgoing);
        });
        inner.on('error', () => outgoing.destroy());
        incoming.pipe(inner);
      }),
    );
    await new Promise<void>((resolve) => server.proxy.listen(0, '127.0.0.1', resolve));
    for (const kind of ['carddav', 'caldav'] as const) server.#seed(kind, size);
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}/`;
  }

  get password(): string {
    return this.radicale.password;
  }

  /** What passed while `work` ran. */
  async during(work: () => Promise<unknown>): Promise<Traffic> {
    const [requests, bytes] = [this.#requests, this.#bytes];
    await work();
    return { requests: this.#requests - requests, bytes: this.#bytes - bytes };
  }

  /** Replaces the `index`-th object, as another program does. */
  async change(kind: DavKind, index: number, note: string): Promise<void> {
    const { name, suffix, text } = collections[kind];
    const url = new URL(`${USER}/${name}/${index}${suffix}`, this.radicale.url);
    const credentials = Buffer.from(`${USER}:${this.password}`).toString('base64');
    const headers = {
      authorization: `Basic ${credentials}`,
      'content-type': kind === 'caldav' ? 'text/calendar' : 'text/vcard',
    };
    const answer = await fetch(url, { method: 'PUT', headers, body: text(index, note) });
    if (!answer.ok) throw new Error(`PUT ${url.href}: ${answer.status}`);
  }

  /** All texts of a collection by one multiget of Godwit's own client, beside the proxy. Gives how many there were. */
  async bareMultiget(kind: DavKind): Promise<() => Promise<number>> {
    const { source, path } = await this.#open(kind);
    const { changed } = await source.changes(path, null);
    const names = changed.map(({ name }) => name);
    return () => count(source, path, names);
  }

  /** What changed since now, asked in the same way. */
  async bareQuestion(kind: DavKind): Promise<() => Promise<unknown>> {
    const { source, path } = await this.#open(kind);
    const { token } = await source.changes(path, null);
    return () => source.changes(path, token);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#factories.map((factory) => factory.close()));
    this.proxy.closeAllConnections();
    await new Promise((resolve) => this.proxy.close(resolve));
    await this.radicale.stop();
  }

  async #open(kind: DavKind): Promise<{ readonly source: DavSource; readonly path: string }> {
    const factory = new DavFactory({
      kind,
      url: this.radicale.url,
      batchSize: 100_000,
      timeoutSeconds: 1200,
    });
    this.#factories.push(factory);
    const source = await factory.open({ user: USER, password: this.password });
    const { path } = (await source.folders()).find(({ role }) => role === 'default') ?? { path: '' };
    return { source, path };
  }

  /** As files, which Radicale takes as they are. */
  #seed(kind: DavKind, size: number): void {
    const { name, props, suffix, text } = collections[kind];
    const folder = join(this.radicale.directory, 'storage/collection-root', USER, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.Radicale.props'), JSON.stringify(props));
    for (let index = 0; index < size; index++) writeFileSync(join(folder, `${index}${suffix}`), text(index));
  }
}

async function count(source: DavSource, path: string, names: readonly string[]): Promise<number> {
  let texts = 0;
  for await (const object of source.fetch(path, names)) texts += 'text' in object ? 1 : 0;
  return texts;
}
