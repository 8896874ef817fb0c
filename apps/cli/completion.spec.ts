import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completionScript, placesOf, shells } from './completion.js';
import { buildProgram } from './program.js';
import { renderCommands } from './reference.js';

const program = buildProgram('1');
const folder = mkdtempSync(join(tmpdir(), 'godwit-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const script = join(folder, 'completion.bash');
writeFileSync(script, completionScript(program, 'bash'));

/** What bash offers after these words. */
function offered(...words: string[]): string[] {
  const commands = [
    `source ${script}`,
    `COMP_WORDS=(godwit ${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length}`,
    '_godwit',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ];
  return execFileSync('bash', ['-c', commands.join('\n')], { encoding: 'utf8', cwd: folder })
    .trim()
    .split('\n');
}

it('completes commands, subcommands, options and their values in bash', () => {
  expect(offered('dev')).toEqual(['devices']);
  expect(offered('devices', 'wi')).toEqual(['wipe']);
  expect(offered('devices', 'wipe', '--k')).toEqual(['--kind']);
  expect(offered('devices', 'wipe', '--kind', '')).toEqual(['account', 'device']);
  expect(offered('devices', 'list', '--user', 'ann', '--stand')).toEqual(['--standing']);
  expect(offered('config', '--config', '')).not.toContain('account');
});

it.each(shells)('knows every command and every option in %s', (shell) => {
  const text = completionScript(program, shell);
  for (const { path, options } of placesOf(program)) {
    expect(text).toContain(path);
    for (const { word } of options) expect(text).toContain(shell === 'fish' ? `-l ${word.slice(2)}` : word);
  }
});

it('the page of commands tells every command with its options', () => {
  const page = renderCommands(program);
  for (const { path, commands, options } of placesOf(program)) {
    if (commands.length > 0) continue;
    expect(page).toContain(`godwit ${path}`);
    for (const { word } of options) if (word !== '--help') expect(page).toContain(word);
  }
});
