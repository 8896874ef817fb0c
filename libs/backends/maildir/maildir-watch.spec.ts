import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#backend/contract';
import { MaildirWatch } from './maildir-watch.js';

const LOOK = 60;

describe('the watch of a Maildir', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'godwit-maildir-watch-'));
    for (const part of ['new', 'cur', 'tmp']) await mkdir(join(folder, part));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function deliver(name: string): Promise<void> {
    await writeFile(join(folder, 'tmp', name), 'Subject: x\r\n\r\n');
    await rename(join(folder, 'tmp', name), join(folder, 'new', name));
  }

  it('tells of a mail once, though it looks at the directories as well', async () => {
    let notices = 0;
    const watch = await new MaildirWatch(new Map([['INBOX', folder]]), () => notices++, LOOK).begin();
    await deliver('1.a.host');
    await eventually(() => notices === 1);
    await pause(6 * LOOK);
    expect(notices).toBe(1);
    await deliver('2.a.host');
    await eventually(() => notices === 2);
    await watch.close();
  });

  it('looks for what the system tells nothing of', async () => {
    let notices = 0;
    const parts = new Map([['INBOX', folder]]);
    const watch = await new MaildirWatch(parts, () => notices++, LOOK).begin();
    await deliver('1.a.host');
    await eventually(() => notices === 1);
    // A directory that takes its place, older than the last event: nobody watches that one.
    await rename(join(folder, 'new'), join(folder, 'old'));
    await mkdir(join(folder, 'new'));
    await utimes(join(folder, 'new'), 1, 1);
    await eventually(() => notices >= 2);
    const before = notices;
    await deliver('2.a.host');
    await eventually(() => notices > before);
    await watch.close();
  });
});
