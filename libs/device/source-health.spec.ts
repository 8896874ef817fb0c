import { BackendError, type ItemClass } from '#backend';
import { SourceHealth } from './source-health.js';

describe('the health of sources', () => {
  const told: string[] = [];
  const observer = {
    failed: (itemClass: ItemClass) => void told.push(`failed ${itemClass}`),
    restored: (itemClass: ItemClass) => void told.push(`restored ${itemClass}`),
  };
  let now = 0;
  let health: SourceHealth;
  const down = async () => Promise.reject(new BackendError('unavailable', 'down'));
  const fine = async () => 'fine';
  const ask = (folder: string | null, work: () => Promise<string>) =>
    health.attempt({ itemClass: 'Contacts', folder }, work, () => now, observer);

  beforeEach(() => {
    told.length = 0;
    now = 0;
    health = new SourceHealth();
  });

  it('leaves a folder that failed alone for a while, and no other', async () => {
    await expect(ask('p1', down)).rejects.toThrow('down');
    await expect(ask('p1', fine)).rejects.toThrow('down');
    expect(await ask('p2', fine)).toBe('fine');
    expect(await ask(null, fine)).toBe('fine');
    now += 5_001;
    expect(await ask('p1', fine)).toBe('fine');
    expect(told).toEqual(['failed Contacts', 'restored Contacts']);
  });

  it('does not wait for one timeout after the other where all folders fail', async () => {
    let asked = 0;
    const counted = async () => {
      asked++;
      return down();
    };
    for (const folder of ['p1', 'p2', 'p3', 'p4']) await expect(ask(folder, counted)).rejects.toThrow();
    expect(asked).toBe(2);
    expect(told).toEqual(['failed Contacts']);
  });
});
