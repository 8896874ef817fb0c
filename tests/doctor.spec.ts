/** The doctor at a gateway that serves the demo account: all classes, and what it says when one of them cannot be used. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Examination } from '../apps/cli/doctor/examination.js';
import type { StepReport } from '../apps/cli/doctor/step.js';
import { startGodwit } from './servers/index.js';

const USER = 'demo@demo.localhost';
let dataDirectory: string;
let godwit: Awaited<ReturnType<typeof startGodwit>>;

beforeAll(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'godwit-doctor-'));
  godwit = await startGodwit('serve', { dataDirectory });
});
afterAll(async () => {
  await godwit.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

const demo = (...path: string[]): string => join(dataDirectory, 'demo', ...path);
const files = (): string[] =>
  readdirSync(demo(), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ics|vcf)$/.test(name));

async function examine(): Promise<{ ok: boolean; steps: readonly StepReport[] }> {
  const password = readFileSync(demo('password'), 'utf8').trim();
  const options = { url: godwit.url, user: USER, password, version: undefined, deviceType: 'GodwitDoctor' };
  const examination = new Examination(
    { ...options, ping: 1, send: false, write: true, to: undefined, insecure: false },
    () => undefined,
  );
  const ok = await examination.run();
  return { ok, steps: examination.steps };
}

it('writes an item of each class, sees it changed, and leaves nothing behind', async () => {
  const before = files().sort();
  const { ok, steps } = await examine();
  expect(steps.filter((step) => !step.ok)).toEqual([]);
  expect(ok).toBe(true);
  const names = ['contacts', 'calendar', 'tasks', 'notes'].flatMap((name) => [name, `${name}-write`]);
  expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(files().sort()).toEqual(before);
});

it('says which class cannot be used and where to look, and goes on with the others', async () => {
  renameSync(demo('tasks', USER), demo('tasks', 'away'));
  // A link to itself leads nowhere, as a file system that has gone away.
  symlinkSync(USER, demo('tasks', USER));
  const { ok, steps } = await examine().finally(() => {
    rmSync(demo('tasks', USER));
    renameSync(demo('tasks', 'away'), demo('tasks', USER));
  });
  expect(ok).toBe(false);
  const failed = steps.filter((step) => !step.ok);
  expect(failed.map(({ name }) => name)).toEqual(['tasks']);
  expect(JSON.stringify(failed)).toContain('`tasks` of the tenant');
  expect(steps.find(({ name }) => name === 'notes-write')).toMatchObject({ ok: true });
});
