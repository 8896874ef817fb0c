import { canDelete, canEditFolders } from './abilities.js';
import { besideMail } from './beside-mail.js';
import { BackendError } from './errors.js';
import type { Backend } from './port.js';

/** A source whose password has run out. */
class Refusing implements Backend {
  readonly kind = 'test';
  // A private field is only there for the object itself.
  #asked = 0;

  async folders(): Promise<never> {
    this.#asked++;
    throw new BackendError('auth', `refused ${this.#asked}`);
  }

  async changes(): Promise<never> {
    throw new BackendError('gone', 'no such folder');
  }

  async *read(): AsyncGenerator<never> {
    throw new BackendError('auth', 'refused');
  }

  async watch(): Promise<never> {
    throw new BackendError('auth', 'refused');
  }

  async deleteItems(): Promise<{ failed: string[] }> {
    return { failed: [] };
  }

  async close(): Promise<void> {}
}

describe('a source beside the mail', () => {
  const source = besideMail(new Refusing());

  it('never signs the phone out: refused credentials make it one that is down', async () => {
    await expect(source.folders()).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'credentials-refused',
      message: 'refused 1',
    });
    const reading = source.read()[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(source.watch()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('tells of everything else as it is', async () => {
    await expect(source.changes()).rejects.toMatchObject({ kind: 'gone' });
    await expect(source.deleteItems()).resolves.toEqual({ failed: [] });
  });

  it('can what it can, and no more', () => {
    expect(canDelete(source)).toBe(true);
    expect(canEditFolders(source)).toBe(false);
    expect(source.kind).toBe('test');
  });
});
