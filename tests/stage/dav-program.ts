import type { Radicale } from '../servers/index.js';

/** An address book, or a calendar for events or tasks. */
export type Shelf = 'contacts' | 'calendar' | 'tasks';

const types: Readonly<Record<Shelf, string>> = {
  contacts: 'text/vcard; charset=utf-8',
  calendar: 'text/calendar; charset=utf-8',
  tasks: 'text/calendar; charset=utf-8',
};

const bodies: Readonly<Record<Shelf, string>> = {
  contacts: mkcol('<C:addressbook xmlns:C="urn:ietf:params:xml:ns:carddav"/>', ''),
  calendar: calendarOf('VEVENT'),
  tasks: calendarOf('VTODO'),
};

function calendarOf(component: string): string {
  const set = `<C:supported-calendar-component-set xmlns:C="urn:ietf:params:xml:ns:caldav"><C:comp name="${component}"/></C:supported-calendar-component-set>`;
  return mkcol('<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>', set);
}

function mkcol(type: string, more: string): string {
  return `<?xml version="1.0"?><D:mkcol xmlns:D="DAV:"><D:set><D:prop><D:resourcetype><D:collection/>${type}</D:resourcetype>${more}</D:prop></D:set></D:mkcol>`;
}

/** Another program of the same user at the same Radicale, with a shelf of each kind. */
export class DavProgram {
  private constructor(
    private readonly server: Radicale,
    readonly user: string,
  ) {}

  /** Signs in for the first time, and makes the shelves. */
  static async signIn(server: Radicale, user: string): Promise<DavProgram> {
    const program = new DavProgram(server, user);
    await program.ask('PROPFIND', '', { headers: { Depth: '0' } });
    for (const shelf of Object.keys(types) as Shelf[]) {
      await program.ask('MKCOL', `${shelf}/`, { body: bodies[shelf] });
    }
    return program;
  }

  /** Names of the objects on a shelf. */
  async names(shelf: string): Promise<string[]> {
    const text = await this.ask('PROPFIND', `${shelf}/`, { headers: { Depth: '1' } });
    const hrefs = [...text.matchAll(/<(?:\w+:)?href>([^<]*)<\//g)].map(([, href = '']) => href);
    const names = hrefs.map((href) => decodeURIComponent(href.split('/').at(-1) ?? ''));
    return names.filter((name) => /\.(vcf|ics)$/.test(name));
  }

  /** Every object on a shelf, without the folds of long lines. */
  async texts(shelf: string): Promise<string[]> {
    const names = await this.names(shelf);
    return Promise.all(names.map((name) => this.read(shelf, name)));
  }

  async read(shelf: string, name: string): Promise<string> {
    const text = await this.ask('GET', `${shelf}/${encodeURIComponent(name)}`);
    return text.replace(/\r\n[ \t]/g, '');
  }

  async write(shelf: Shelf, name: string, text: string): Promise<void> {
    const headers = { 'Content-Type': types[shelf] };
    await this.ask('PUT', `${shelf}/${encodeURIComponent(name)}`, { headers, body: text });
  }

  /** Changes the only object on a shelf. */
  async edit(shelf: Shelf, change: (text: string) => string): Promise<void> {
    const [name, ...others] = await this.names(shelf);
    if (name === undefined || others.length > 0) throw new Error(`there is not one object in ${shelf}`);
    await this.write(shelf, name, change(await this.read(shelf, name)));
  }

  async remove(shelf: Shelf, name: string): Promise<void> {
    await this.ask('DELETE', `${shelf}/${encodeURIComponent(name)}`);
  }

  private async ask(method: string, path: string, init: RequestInit = {}): Promise<string> {
    const credentials = Buffer.from(`${this.user}:${this.server.password}`).toString('base64');
    const headers = { Authorization: `Basic ${credentials}`, ...init.headers };
    const answer = await fetch(`${this.server.url}${this.user}/${path}`, { ...init, method, headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${text}`);
    return text;
  }
}

/** A text of lines as vCard and iCalendar want them. */
export const lines = (...all: readonly string[]): string => [...all, ''].join('\r\n');

export const card = (uid: string, name: string, ...more: readonly string[]): string =>
  lines('BEGIN:VCARD', 'VERSION:3.0', `UID:${uid}`, `FN:${name}`, `N:${name};;;;`, ...more, 'END:VCARD');

/** An event or task with these properties. */
export const ical = (component: 'VEVENT' | 'VTODO', uid: string, ...more: readonly string[]): string =>
  lines(
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Somebody//Else//EN', `BEGIN:${component}`],
    ...[`UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...more],
    ...[`END:${component}`, 'END:VCALENDAR'],
  );
