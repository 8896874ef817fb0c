import { InProcessBus, type AccountHappening } from '#bus';
import type { AccountAccess } from '#commands';
import { WatchHub, type Folders } from '#watch';
import { hearHappenings } from './happenings.js';

/** What a phone of ann hears of what is told about her. */
async function heardOf(...happenings: AccountHappening[]): Promise<[string, Folders][]> {
  const bus = new InProcessBus();
  const heard: [string, Folders][] = [];
  const hub = new WatchHub<AccountAccess>({
    keyOf: ({ key }) => key,
    open: () => Promise.reject(new Error()),
  });
  hub.happened = (name, folders) => void heard.push([name, folders]);
  hearHappenings(bus, hub);
  bus.publish('account-happened', { happenings });
  await new Promise(setImmediate);
  return heard;
}

const ann = { tenant: 'acme', login: 'ann' } as const;

it('folders of mail are found by the names people read and by those of IMAP, the Inbox in any case; notes lie among the mail', async () => {
  const folders = ['inbox', 'Zoë & Söhne', 'Zo&AOs-', 'Work/Plans'];
  expect(await heardOf({ ...ann, class: 'Email', folders })).toEqual([
    [
      'acme/ann',
      ['INBOX', 'Zoë & Söhne', 'Zo&AOs- &- S&APY-hne', 'Zo&AOs-', 'Zo&-AOs-', 'Work/Plans'].flatMap(
        (path) => [`Email ${path}`, `Notes ${path}`],
      ),
    ],
  ]);
});

it('collections of other classes are told by their paths, and somewhere is everywhere', async () => {
  expect(
    await heardOf(
      { ...ann, class: 'Calendar', folders: ['/cal/Zoë/'] },
      { tenant: 'acme', login: 'bob', class: 'Email', folders: null },
    ),
  ).toEqual([
    ['acme/ann', ['Calendar /cal/Zoë/']],
    ['acme/bob', null],
  ]);
});
