import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeywordFile } from './keyword-file.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'godwit-keywords-'));
  file = join(folder, 'dovecot-keywords');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the keywords of a Maildir folder', () => {
  it('are written as Dovecot writes them, each once', async () => {
    const keywords = new KeywordFile(folder);
    expect(await keywords.lettersFor(['Red', 'Blue'])).toBe('ab');
    expect(await keywords.lettersFor(['blue', 'Green'])).toBe('bc');
    expect(await readFile(file, 'utf8')).toBe('0 Red\n1 Blue\n2 Green\n');
  });

  it('keep what Dovecot gave out, with its gaps, and what it adds later', async () => {
    await writeFile(file, '0 $Forwarded\n2 Red\nrubbish\n77 Far\n');
    const keywords = new KeywordFile(folder);
    expect(await keywords.lettersFor(['Blue', 'red', '$forwarded'])).toBe('bca');
    await writeFile(file, '0 $Forwarded\n1 Blue\n2 Red\n3 Later\n');
    expect(await keywords.lettersFor(['Later', 'Last'])).toBe('de');
  });

  it('beyond the 26 letters are left out, and break nothing', async () => {
    const keywords = new KeywordFile(folder);
    const names = Array.from({ length: 30 }, (_, i) => `category-${i}`);
    expect(await keywords.lettersFor(names)).toBe('abcdefghijklmnopqrstuvwxyz');
    expect(await keywords.lettersFor(['category-29', 'category-3'])).toBe('d');
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(27);
  });

  it('get one letter each when two processes add at once', async () => {
    const [one, two] = [new KeywordFile(folder), new KeywordFile(folder)];
    const letters = await Promise.all([
      one.lettersFor(['Red']),
      two.lettersFor(['Blue']),
      one.lettersFor(['Green']),
    ]);
    expect(new Set(letters).size).toBe(3);
    expect(await two.lettersFor(['Red', 'Blue', 'Green'])).toBe(letters.join(''));
  });

  it('outlive the lock of a program that died', async () => {
    await writeFile(`${file}.lock`, '');
    const old = new Date(Date.now() - 600_000);
    await utimes(`${file}.lock`, old, old);
    expect(await new KeywordFile(folder).lettersFor(['Red'])).toBe('a');
    await expect(stat(`${file}.lock`)).rejects.toThrow('ENOENT');
  });
});
