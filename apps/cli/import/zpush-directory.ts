import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ZPushCollector, isOfUse, type ZPushState } from './zpush-states.js';

/** Largest file that is looked into; Z-Push's own are a few hundred kilobytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** `<deviceid>-devicedata`, `<deviceid>-bs-<number>`, `<deviceid>-<uuid>-<type>-<counter>`. */
function partsOf(name: string): { deviceId: string; type: string } | null {
  const parts = /^([A-Za-z0-9]+)-(.+)$/.exec(name);
  if (!parts) return null;
  const words = parts[2]!.split('-');
  const type = words.find((word) => isOfUse(word));
  return type === undefined ? null : { deviceId: parts[1]!, type };
}

/** State files lie two folders deep, which are the last two characters of the DeviceId. */
function* stateFiles(root: string): Generator<string> {
  for (const first of readdirSync(root, { withFileTypes: true })) {
    if (!first.isDirectory()) continue;
    for (const second of readdirSync(join(root, first.name), { withFileTypes: true })) {
      if (!second.isDirectory()) continue;
      const folder = join(root, first.name, second.name);
      for (const file of readdirSync(folder, { withFileTypes: true }))
        if (file.isFile()) yield join(folder, file.name);
    }
  }
}

/** States of use in a state directory, one at a time. */
export function* directoryStates(root: string): Generator<ZPushState> {
  for (const path of stateFiles(root)) {
    const parts = partsOf(path.slice(path.lastIndexOf('/') + 1));
    if (parts === null || statSync(path).size > MOST_BYTES) continue;
    yield { ...parts, data: readFileSync(path), where: path };
  }
}

/** Everything of use in some states. */
export function collect(states: Iterable<ZPushState>) {
  const collector = new ZPushCollector();
  for (const state of states) collector.add(state);
  return collector.content();
}
