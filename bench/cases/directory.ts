import { LdapFactory } from '#backends/ldap';
import type { Directory } from '#backend';
import { Client } from 'ldapts';
import { startSlapd, type Slapd, type SlapdEntry } from '../../tests/servers/index.js';
import { median, timed, type Measured } from '../measured.js';

/** Recipient completion from a company's directory, as a user types a name. */
const PEOPLE = 10_000;
const TYPED = 40;
const HITS = 20;
const BUDGET = 100;
const WARM_UP = 10;
const givenNames =
  'Ada Alan Barbara Claude Donald Edsger Frances Grace Hedy Ivan Jean Ken Leslie Margaret Niklaus'.split(' ');
const surnames = 'Lovelace Turing Liskov Shannon Knuth Dijkstra Allen Hopper Lamarr Sutherland Bartik'.split(
  ' ',
);

function* people(): Generator<SlapdEntry> {
  for (let index = 0; index < PEOPLE; index++) {
    const givenName = givenNames[index % givenNames.length] ?? '';
    const sn = `${surnames[index % surnames.length] ?? ''}${index}`;
    const uid = `user${index}`;
    const name = { cn: `${givenName} Maria ${sn}`, displayName: `${sn}, ${givenName} Maria`, givenName, sn };
    yield {
      uid,
      ...name,
      mail: `${givenName.toLowerCase()}.${index}@example.test`,
      telephoneNumber: `+${index}`,
    };
  }
}

/** What is typed, by how much of the directory it fits. */
const kinds: readonly (readonly [row: string, title: string, typed: (index: number) => string])[] = [
  ['one', 'whom it fits alone', (index) => `ada lovelace${index * 165}`],
  ['some', 'a few hundred it fits', (index) => `lovelace ${givenNames[index % 15]?.slice(0, 2) ?? ''}`],
  ['many', 'thousands it fits', (index) => 'abcdefghijklmlkjihgfedcba'.charAt(index % 13)],
  ['none', 'nobody it fits', (index) => `nobody${index}`],
  ['middle', 'a word in the middle of names', (index) => `maria ${index * 7}`],
];

export async function measureDirectory(): Promise<Measured[]> {
  const slapd = await startSlapd({ people: people() });
  const factory = new LdapFactory({
    url: slapd.url,
    base: slapd.people,
    schema: 'inetOrgPerson',
    // Every search is asked: what is remembered costs nothing.
    remember: 0,
  });
  try {
    const directory = factory.directoryFor({ user: 'x', local: 'x', domain: '', password: 'x' });
    const bare = await bareSearch(slapd);
    for (let run = 0; run < WARM_UP; run++) await directory.search({ text: `lo${run}`, limit: HITS });
    const rows: Measured[] = [];
    for (const [row, title, typed] of kinds) {
      const values = await typing(directory, typed);
      const late = [...values].sort((a, b) => a - b)[Math.floor(TYPED * 0.95)] ?? NaN;
      const what = `completion from ${PEOPLE.toLocaleString('en')} people, ${title}`;
      const common = { unit: 'ms', budget: BUDGET } as const;
      rows.push(
        { row: `directory-${row}`, title: `${what}: median`, value: median(values), ...common, bound: bare },
        { row: `directory-${row}-p95`, title: `${what}: 95th percentile`, value: late, ...common },
      );
    }
    return rows;
  } finally {
    await factory.close();
    await slapd.stop();
  }
}

async function typing(directory: Directory, typed: (index: number) => string): Promise<number[]> {
  const values: number[] = [];
  for (let index = 0; index < TYPED; index++) {
    const { ms } = await timed(() => directory.search({ text: typed(index), limit: HITS }));
    values.push(ms);
  }
  return values;
}

/** One indexed search of a bare ldapts on an open connection. */
async function bareSearch({ url, people: base }: Slapd): Promise<NonNullable<Measured['bound']>> {
  const client = new Client({ url });
  const values: number[] = [];
  for (let index = 0; index < TYPED; index++) {
    const filter = `(sn=lovelace${index * 11}*)`;
    const { ms } = await timed(() =>
      client.search(base, { filter, sizeLimit: HITS, attributes: ['cn', 'mail'] }),
    );
    values.push(ms);
  }
  await client.unbind();
  return { what: 'bare ldapts: one indexed search', value: median(values) };
}
