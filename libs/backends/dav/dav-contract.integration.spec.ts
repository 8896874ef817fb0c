import type { PimClass } from '#backend';
import {
  contactSamples,
  eventSamples,
  everyPimFeature,
  pimContract,
  taskSamples,
  type PimContractFeatures,
  type PimFixture,
  type PimSamples,
} from '#backend/contract';
import { contactCodec, eventCodec, taskCodec, type ItemCodec } from '#formats';
import { MemoryNameBook, openObjectBackend } from '#objects';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startCyrus, startRadicale, startXandikos } from '../../../tests/servers/index.js';
import { DavFactory, type DavSource } from './index.js';

/** A server for all tests of a file; each test has an account of its own, or an empty one. */
interface Server {
  readonly url: string;
  readonly password: string;
  /** Login of an account with nothing in it. */
  nextUser(): Promise<string>;
  forgetHistory?(folder: string): void;
  stop(): Promise<void>;
}

interface Kind {
  readonly name: string;
  readonly start: () => Promise<Server>;
  readonly features: Partial<PimContractFeatures>;
}

const users = Array.from({ length: 200 }, (_, index) => `user${index}`);
let used = 0;

const radicale: Kind = {
  name: 'Radicale',
  start: async () => {
    const server = await startRadicale(users);
    return Object.assign(server, {
      nextUser: async () => users[used++]!,
      forgetHistory: (folder: string) => {
        const collection = join(server.directory, 'storage/collection-root', decodeURIComponent(folder));
        rmSync(join(collection, '.Radicale.cache', 'sync-token'), { recursive: true });
      },
    });
  },
  // It refuses what is no item.
  features: { malformed: false, forgetHistory: true },
};

const xandikos: Kind = {
  name: 'Xandikos',
  start: async () => {
    const server = await startXandikos();
    return { ...server, nextUser: async () => server.user, stop: () => server.stop() };
  },
  features: { deltas: false, malformed: false },
};

const cyrus: Kind = {
  name: 'Cyrus',
  start: async () => {
    const server = await startCyrus({ dav: true });
    return {
      url: server.davUrl,
      password: server.password,
      nextUser: async () => {
        const user = server.addUser(`user${used++}`);
        await server.signIn(user);
        return user;
      },
      stop: () => server.stop(),
    };
  },
  features: { malformed: false },
};

const common: PimContractFeatures = { ...everyPimFeature, forgetHistory: false, readOnlyFolder: false };
const somebody = async () => ({ identities: [{ address: 'ada@example.org', displayName: 'Ada' }] });

/** What another program does with the account: plain requests. */
class OtherProgram {
  readonly #authorization: string;

  constructor(
    private readonly url: string,
    user: string,
    password: string,
    private readonly codec: ItemCodec,
  ) {
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  async put(folder: string, name: string, text: string): Promise<void> {
    await this.#ask('PUT', `${pathOf(folder)}${name}`, text, this.codec.contentType);
  }

  async remove(folder: string, name = ''): Promise<void> {
    await this.#ask('DELETE', `${pathOf(folder)}${name}`);
  }

  /** A collection for events and tasks alike, as most programs make them. */
  async makeCalendar(path: string, name: string): Promise<void> {
    const set =
      '<c:supported-calendar-component-set><c:comp name="VEVENT"/><c:comp name="VTODO"/></c:supported-calendar-component-set>';
    const props = `<d:displayname>${name}</d:displayname>${set}`;
    const body = `<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>${props}</d:prop></d:set></c:mkcalendar>`;
    await this.#ask('MKCALENDAR', path, body, 'application/xml');
  }

  async #ask(method: string, path: string, body?: string, type?: string): Promise<void> {
    const headers = { authorization: this.#authorization, ...(type ? { 'content-type': type } : {}) };
    const answer = await fetch(new URL(path, this.url), { method, headers, ...(body ? { body } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  }
}

const pathOf = (folder: string): string => folder.replace(/#.*$/, '');

/** Empties an account that is used again. */
async function clear(source: DavSource, program: OtherProgram): Promise<void> {
  const paths = (await source.folders()).filter(({ role }) => role !== 'default').map(({ path }) => path);
  for (const path of new Set(paths.map(pathOf))) await program.remove(path);
}

async function fixtureAt(server: Server, codec: ItemCodec): Promise<PimFixture> {
  const kind = codec.itemClass === 'Contacts' ? 'carddav' : 'caldav';
  const user = await server.nextUser();
  const { url, password } = server;
  const factory = new DavFactory({ kind, url, pollSeconds: 0.2, batchSize: 4, rest: 1 });
  const source = await factory.open({ user, password });
  const others = new DavFactory({ kind, url });
  const other = await others.open({ user, password });
  const program = new OtherProgram(url, user, password, codec);
  await clear(other, program);
  let made = 0;
  // It tells where the home is.
  const own = await other.editor.createFolder(null, 'Beside', codec.itemClass);
  const addFolder = async (name: string): Promise<string> => {
    if (kind === 'carddav') return (await other.editor.createFolder(null, name, codec.itemClass)).path;
    const path = pathOf(own.path).replace(/[^/]+\/$/, `${randomUUID()}/`);
    await program.makeCalendar(path, name);
    return codec.itemClass === 'Tasks' ? `${path}#VTODO` : path;
  };
  return {
    backend: openObjectBackend(source, codec, { names: new MemoryNameBook(), owner: somebody }),
    folder: await addFolder('Own'),
    addFolder,
    removeFolder: (folder) => program.remove(folder),
    add: async (folder, text) => {
      const name = `object-${(made += 1)}${codec.suffix}`;
      await program.put(folder, name, text);
      return name;
    },
    replace: (folder, name, text) => program.put(folder, name, text),
    remove: (folder, name) => program.remove(folder, name),
    texts: async (folder) => {
      const { changed } = await other.changes(folder, null);
      const texts: string[] = [];
      for await (const object of other.fetch(
        folder,
        changed.map(({ name }) => name),
      )) {
        if ('text' in object) texts.push(object.text);
      }
      return texts;
    },
    forgetHistory: async (folder) => server.forgetHistory?.(pathOf(folder)),
    stop: async () => {
      await factory.close();
      await clear(other, program);
      await others.close();
    },
  };
}

function contractAt<C extends PimClass>(
  { name, start, features }: Kind,
  codec: ItemCodec<C>,
  samples: PimSamples<C>,
  classFeatures: Partial<PimContractFeatures>,
): void {
  describe(`${name}`, () => {
    let server: Server;
    beforeAll(async () => {
      server = await start();
    }, 60_000);
    afterAll(() => server.stop());
    pimContract(`DAV at ${name}`, {
      features: { ...common, ...features, ...classFeatures },
      samples,
      start: () => fixtureAt(server, codec),
    });
  });
}

const noCalendar = { calendarStore: false, expanded: false, files: false };

const contacts = { ...noCalendar, foreign: false };

// Each server with the class that is hardest for it, and one with all: a test there costs a second or two.
contractAt(radicale, contactCodec, contactSamples, contacts);
contractAt(radicale, eventCodec, eventSamples, {});
contractAt(radicale, taskCodec, taskSamples, noCalendar);
contractAt(xandikos, contactCodec, contactSamples, contacts);
contractAt(cyrus, eventCodec, eventSamples, {});
