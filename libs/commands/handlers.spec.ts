import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { documentless, isDeclared } from '#eas';
import { handledCommands, isHandled } from './handled-commands.js';
import { handlers } from './handlers.js';

const kebab = (name: string): string =>
  name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

describe('handled commands', () => {
  it.each(Object.keys(handlers))('%s has a spec: none is promised by OPTIONS untested', (name) => {
    const folder = join(process.cwd(), 'libs', 'commands');
    const files = readdirSync(folder, { recursive: true }).map((file) => basename(String(file)));
    expect(files.filter((file) => file === `${kebab(name)}.spec.ts`)).toHaveLength(1);
  });

  it('have schemas for what they are asked and answer', () => {
    const unknown = handledCommands.filter((name) => !isDeclared(name));
    expect(documentless).toEqual(expect.arrayContaining(unknown));
    expect(Object.keys(handlers).sort()).toEqual([...handledCommands].sort());
    expect(isHandled('toString')).toBe(false);
  });
});
