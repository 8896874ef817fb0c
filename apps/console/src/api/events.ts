import type { RouteName } from '#admin-api';
import { addressOf, type CallOf } from '#admin-api/client';

export type StreamState = 'connecting' | 'open' | 'lost';

export interface StreamHearers {
  /** By name of the event; `data` is what its JSON says. */
  readonly events: Readonly<Record<string, (data: unknown) => void>>;
  readonly state: (state: StreamState) => void;
}

/** Milliseconds before a stream that the browser has given up is opened again. */
const AGAIN = 5000;

/**
 * Hears a route that answers server-sent events, until the returned function is called. The browser itself connects again
 * when a connection breaks; what it gives up (an answer that is no stream: the server starts) is tried anew.
 */
export function listen<R extends RouteName>(name: R, call: CallOf<R>, hearers: StreamHearers): () => void {
  const { params, query } = call as { params?: Record<string, unknown>; query?: Record<string, unknown> };
  const address = addressOf(name, params, query);
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = (): void => {
    hearers.state('connecting');
    source = new EventSource(address);
    source.onopen = () => hearers.state('open');
    source.onerror = () => {
      hearers.state('lost');
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, AGAIN);
    };
    for (const [kind, hear] of Object.entries(hearers.events))
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => hear(JSON.parse(data)));
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
