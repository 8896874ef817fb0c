import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codePage, describeTag, isKnownPage, tagNamed, tagOf, type Tag } from './code-page.js';
import { codePages } from './pages/index.js';
import { formatVersion, inRange } from './version.js';

const reference = readFileSync(join(__dirname, 'reference/code-pages.tsv'), 'utf8');

describe('code pages', () => {
  it('hold every tag of MS-ASWBXML 2.1.2.1 with its token and versions, and no other', () => {
    const declared = codePages
      .flatMap((page) => Object.values<Tag>(page))
      .map(({ page, token, qualifiedName, versions }) => {
        const known = [25, 120, 121, 140, 141, 160, 161].filter((version) => inRange(versions, version));
        const [pageName, name] = qualifiedName.split(':');
        const hex = `0x${token.toString(16).toUpperCase().padStart(2, '0')}`;
        return [page, pageName, name, hex, known.map(formatVersion).join(',')].join('\t');
      });
    const specified = reference.split('\n').filter((line) => /^\d/.test(line));
    expect(specified.length).toBe(586);
    expect(declared.sort()).toEqual(specified.sort());
  });

  it('refuse a token that is used twice or is none', () => {
    expect(() => codePage(200, 'Twice', { A: 0x05, B: 0x05 })).toThrow('Twice:B has the token of Twice:A');
    expect(() => codePage(201, 'Outside', { A: 0x40 })).toThrow('out of the range');
    expect(() => codePage(0, 'Again', {})).toThrow('declared twice');
  });

  it('name tags, also unknown ones', () => {
    expect(tagOf(0, 0x0b)?.qualifiedName).toBe('AirSync:SyncKey');
    expect(tagNamed('Email:Subject')?.token).toBe(0x14);
    expect(describeTag(13, 0x3f)).toBe('Ping:0x3f');
    expect(describeTag(254, 0x05)).toBe('254:0x05');
  });

  it('tolerate page 254 of Windows Live, and no other unknown page', () => {
    expect([0, 25, 254].map(isKnownPage)).toEqual([true, true, true]);
    expect([3, 26, 255].map(isKnownPage)).toEqual([false, false, false]);
  });
});
