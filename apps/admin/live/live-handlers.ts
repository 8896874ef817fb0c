import type { LiveRequest } from '#bus';
import type { HandlersOf } from '../call.js';
import type { AdminParts } from '../parts.js';
import type { EventStream } from './event-streams.js';
import { liveFilter, type LiveFilter } from './live-filter.js';
import type { LiveView } from './live-view.js';

/** Milliseconds a first look waits for the nodes' answers. */
const PATIENCE = 1_500;

/** What happens now, on all nodes: once, or as it goes on. */
export function liveHandlers({
  live,
  streams,
}: Pick<AdminParts, 'live' | 'streams'>): HandlersOf<'GET /live' | 'GET /live/now'> {
  return {
    'GET /live/now': async ({ principal, query }) => {
      const isShown = liveFilter(principal, query);
      await live.complete(PATIENCE);
      return { items: live.requests().filter(isShown) };
    },
    'GET /live': async (call) => {
      const isShown = liveFilter(call.principal, call.query);
      const stream = streams.begin(call);
      await live.complete(PATIENCE);
      follow(live, stream, isShown);
    },
  };
}

/** A reader that cannot keep up misses changes, and is told everything anew as soon as it has room. */
function follow(live: LiveView, stream: EventStream, isShown: LiveFilter): void {
  let isBehind = false;
  const tellAll = (): void => {
    isBehind = false;
    const items = live.requests().filter(isShown);
    if (!stream.send('whole', items)) fallBehind();
  };
  const fallBehind = (): void => {
    if (isBehind) return;
    isBehind = true;
    stream.whenTaken(tellAll);
  };
  const leave = live.watch((changes: readonly LiveRequest[]) => {
    const shown = changes.filter(isShown);
    if (!isBehind && shown.length > 0 && !stream.send('change', shown)) fallBehind();
  });
  stream.onEnd(leave);
  tellAll();
}
