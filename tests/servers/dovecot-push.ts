import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Dovecot tells of changes. */
export interface PushTarget {
  /** With the path, without credentials. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** Blocks of the page for operators: what it shows is what is tested. */
function documented(language: string, marker: string): string {
  const page = readFileSync(join(process.cwd(), 'docs', 'operate', 'push.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const block = blocks.find(([, name, text]) => name === language && text?.includes(marker));
  if (!block?.[2]) throw new Error(`docs/operate/push.md shows no ${language} with "${marker}"`);
  return block[2];
}

/** dovecot.conf lines as the page has them for the OX driver. */
export function oxSettings({ url, user, password }: PushTarget): string {
  const { protocol, host, pathname } = new URL(url);
  return documented('conf', 'ox:url').replace(
    /ox:url=\S+/,
    `ox:url=${protocol}//${user}:${password}@${host}${pathname}`,
  );
}

/** dovecot.conf lines as the page has them for the script, which is written into `folder`. */
export function luaSettings({ url, user, password }: PushTarget, folder: string): string {
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const script = documented('lua', 'dovecot_lua_notify')
    .replace(/local url = ".*"/, `local url = "${url}"`)
    .replace(/"Basic .*"/, `"Basic ${basic}"`);
  const path = join(folder, 'push.lua');
  writeFileSync(path, script, { mode: 0o644 });
  return documented('conf', 'lua:file').replace(/lua:file=\S+/, `lua:file=${path}`);
}
