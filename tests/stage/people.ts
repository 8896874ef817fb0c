import type { SlapdEntry } from '../servers/index.js';

/** A JPEG as a directory holds one: nobody looks beyond its first bytes. */
export const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(900, 'portrait')]);

const person = (uid: string, givenName: string, sn: string, more: SlapdEntry = {}): SlapdEntry => ({
  uid,
  cn: `${givenName} ${sn}`,
  givenName,
  sn,
  mail: `${uid}@example.test`,
  ...more,
});

/** Who is in the company's address book. */
export const people = (): SlapdEntry[] => [
  person('lovelace', 'Ada', 'Lovelace', { title: 'Countess', telephoneNumber: '+44 1', jpegPhoto: photo }),
  person('adama', 'Ada', 'Adama'),
  person('angstrom', 'Zoë', 'Ångström', { jpegPhoto: photo }),
  person('babbage', 'Charles', 'Babbage'),
];
