import { BackendError, type ChangeNotice, type ItemClass, type Watch } from '#backend';
import { watchedPlace, WatchedSources } from './watched-sources.js';

/** A source whose watching is in the test's hands. */
class Source {
  readonly watched: (readonly string[])[] = [];
  notify: (notice: ChangeNotice) => void = () => undefined;
  closed = 0;
  error: BackendError | null = null;

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    if (this.error) throw this.error;
    this.watched.push(folders);
    this.notify = notify;
    return { close: async () => void this.closed++ };
  }
}

describe('the sources of an account, watched as one', () => {
  const down = new BackendError('unavailable', 'down');
  const mail = new Source();
  const contacts = new Source();
  const sources = new WatchedSources(
    async (itemClass: ItemClass) => (itemClass === 'Email' ? mail : contacts),
    5,
  );
  const places = [
    watchedPlace('Email', 'INBOX'),
    watchedPlace('Contacts', 'INBOX'),
    watchedPlace('Contacts', 'a b'),
  ];

  it('watches each folder at its own source, and tells them apart by more than their paths', async () => {
    const heard: ChangeNotice['folders'][] = [];
    const watch = await sources.watch(places, ({ folders }) => heard.push(folders));
    expect([mail.watched, contacts.watched]).toEqual([[['INBOX']], [['INBOX', 'a b']]]);
    mail.notify({ folders: ['INBOX'] });
    contacts.notify({ folders: null });
    expect(heard).toEqual([['Email INBOX'], ['Contacts INBOX', 'Contacts a b']]);
    await watch.close();
    expect([mail.closed, contacts.closed]).toEqual([1, 1]);
  });

  it('goes on without a source that is down, and tells of its folders once it can be watched again', async () => {
    contacts.error = down;
    let told: (folders: ChangeNotice['folders']) => void;
    const restored = new Promise<ChangeNotice['folders']>((resolve) => (told = resolve));
    const watch = await sources.watch(places, ({ folders }) => told(folders));
    contacts.error = null;
    expect(await restored).toEqual(['Contacts INBOX', 'Contacts a b']);
    await watch.close();
  });

  it('fails with the mail, and leaves nothing watched behind', async () => {
    mail.error = down;
    const before = contacts.closed;
    await expect(sources.watch([places[1]!, places[0]!], () => undefined)).rejects.toBe(down);
    expect(contacts.closed).toBe(before + 1);
  });
});
