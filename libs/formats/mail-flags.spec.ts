import { mailFlags, mailVersion, noMailFlags } from './mail-flags.js';

describe('the version of a mail', () => {
  it('is what devices know of mails without keywords, whatever order, case and company the flags have', () => {
    expect(mailVersion(mailFlags(['\\SEEN', '$Forwarded', 'Junk']))).toBe('sw');
    expect(mailVersion(mailFlags(['$forwarded', '\\Recent', '\\Seen']))).toBe('sw');
    expect(mailVersion(mailFlags(['\\Answered', '\\Flagged', '\\Draft']))).toBe('fa');
    expect(mailVersion(mailFlags([]))).toBe('-');
  });

  it('changes with the categories and the note, and not with their order or case', () => {
    const version = (...names: string[]): string => mailVersion(mailFlags(names));
    expect(version('Red', 'Blue')).toBe(version('blue', 'RED'));
    const all = [version(), version('Red'), version('Blue'), version('Red', 'Blue'), version('$GodwitNoted')];
    expect(new Set(all).size).toBe(all.length);
    expect(version('$godwitnoted', '\\Seen')).toBe('sn');
    expect(version('Red')).toMatch(/^#[\w-]{12}$/);
  });

  it('stays within the 64 characters of the feed', () => {
    const all = { seen: true, flagged: true, answered: true, forwarded: true, noted: true };
    const keywords = Array.from({ length: 500 }, (_, i) => `category-${i}`);
    expect(mailVersion({ ...noMailFlags, ...all, keywords }).length).toBeLessThanOrEqual(64);
  });
});
