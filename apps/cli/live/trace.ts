import type { z } from 'zod';
import type { operations } from '#admin-api';
import { runApi, type Api } from '../api/run.js';
import { deviceIdOf, nameOf, type DeviceChangeOptions } from '../devices/find-device.js';
import type { Paint } from '../doctor/print.js';
import { exitCodes } from '../exit-codes.js';
import { printable } from '../print/width.js';
import { eventsOf } from './server-sent-events.js';

type TraceText = z.output<typeof operations.TraceText>;

export interface TraceOptions extends DeviceChangeOptions {
  readonly minutes: number;
  readonly keep?: boolean;
}

/** An entry: a line that says what it is, and below it the document. */
export function entryLines({ at, node, kind, command, status, text }: TraceText, paint: Paint): string[] {
  const arrow = kind === 'request' ? '→' : '←';
  const told = kind === 'answer' && status !== null ? ` HTTP ${status}` : '';
  const head = `${arrow} ${at.slice(11, 23)} ${command}${told} (${node})`;
  const body = text.split('\n').map((line) => `  ${printable(line)}`);
  return [paint('bold', printable(head)), ...(text.trim() === '' ? [] : body), ''];
}

async function follow(api: Api, device: string, isJson: boolean, signal: AbortSignal): Promise<void> {
  const answer = await api.client.open('GET /devices/{device}/trace/live', { params: { device } }, signal);
  for await (const { event, data } of eventsOf(answer)) {
    if (event !== 'entry') continue;
    api.print(isJson ? [data] : entryLines(JSON.parse(data) as TraceText, api.paint));
  }
}

/** `godwit trace`: returns the exit code. With --json every entry is a line of its own. */
export function traceDevice(
  named: string,
  deviceId: string | undefined,
  options: TraceOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const device = await deviceIdOf(api, named, deviceId, options);
    const { reason, minutes } = options;
    const found = await api.client.call('GET /devices/{device}', { params: { device } });
    await api.client.call('PUT /devices/{device}/trace', { params: { device }, body: { minutes, reason } });
    api.note(`Tracing ${nameOf(found)} for ${minutes} minutes at most; Ctrl-C ends it.\n`);
    const ending = new AbortController();
    const end = (): void => ending.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
    const limit = setTimeout(end, minutes * 60_000);
    try {
      await follow(api, device, options.json === true, ending.signal);
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      clearTimeout(limit);
      // A trace somebody else had begun is theirs to end.
      if (!options.keep && found.traceUntil === null)
        await api.client.call('DELETE /devices/{device}/trace', { params: { device }, body: { reason } });
    }
    return exitCodes.ok;
  });
}
