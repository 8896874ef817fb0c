import type { DestinationStream } from 'pino';

const show = (value: unknown): string => {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
};

function isSerialisedError(value: unknown): value is { type?: string; message?: string; stack?: string } {
  return typeof value === 'object' && value !== null && 'stack' in value;
}

/** One event as a person reads it: `12:30:01 warn  auth.refused user=ann address=10.0.0.7`, an error's stack below. */
export function toText(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { time, level, event, ...fields } = entry;
  const parts = [String(time).slice(11, 19), String(level).padEnd(5), String(event)];
  let below = '';
  for (const [name, value] of Object.entries(fields)) {
    if (isSerialisedError(value)) {
      parts.push(`${name}=${show(value.message ?? '')}`);
      below += `\n  ${String(value.stack).replaceAll('\n', '\n  ')}`;
    } else {
      parts.push(`${name}=${show(value)}`);
    }
  }
  return `${parts.join(' ')}${below}\n`;
}

/** Turns JSON lines into readable ones on their way to `destination`. */
export function readable(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(toText(line)) };
}
