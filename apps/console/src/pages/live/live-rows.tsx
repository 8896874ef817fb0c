import { memo, useEffect, useRef, useState } from 'react';
import type { LiveRequest } from '../../api/types.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { sayClock, sayDuration } from '../../parts/say-time.js';
import { useNow } from '../../parts/time.js';
import { visibleRange } from './visible-range.js';

/** As pages.css has them. */
const heights = { wide: 38, narrow: 66 };
const NARROW = '(max-width: 760px)';

function useRowHeight(): number {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const heard = (): void => setNarrow(query.matches);
    query.addEventListener('change', heard);
    return () => query.removeEventListener('change', heard);
  }, []);
  return isNarrow ? heights.narrow : heights.wide;
}

/** Thousands of rows, of which only those in sight are in the document. */
export function LiveRows({
  rows,
  isPaused,
}: {
  readonly rows: readonly LiveRequest[];
  readonly isPaused: boolean;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const rowHeight = useRowHeight();
  const clock = useNow(1000);
  const paused = useRef(clock);
  if (!isPaused) paused.current = clock;
  const now = paused.current;
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  const { from, to } = visibleRange(view.top, view.height, rowHeight, rows.length);
  const head = ['User', 'Device', 'Command', 'State', 'Since', 'Node', 'From'];
  return (
    <div className="live">
      <div
        ref={frame}
        className="live-frame"
        tabIndex={0}
        role="table"
        aria-label="Requests"
        aria-rowcount={rows.length + 1}
      >
        <div role="rowgroup" className="live-head">
          <div role="row" className="live-row" aria-rowindex={1}>
            {head.map((title) => (
              <span key={title} role="columnheader">
                {title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup">
          <div className="live-pad" role="presentation" style={{ height: from * rowHeight }} />
          {rows.slice(from, to).map((request, index) => (
            <Row key={request.id} request={request} index={from + index} since={sinceOf(request, now)} />
          ))}
          <div className="live-pad" role="presentation" style={{ height: (rows.length - to) * rowHeight }} />
        </div>
      </div>
    </div>
  );
}

const sinceOf = ({ state, ms, startedAt }: LiveRequest, now: number): string =>
  state === 'done' ? (ms === undefined ? '' : sayDuration(ms)) : sayClock(now - startedAt);

function stateOf({ state, status, error, folders }: LiveRequest): readonly [Tone, string] {
  if (error !== undefined) return ['bad', status === undefined ? 'failed' : `HTTP ${status}`];
  if (state === 'held') return ['quiet', folders === undefined ? 'held' : `held, ${folders} folders`];
  if (state === 'working') return ['info', 'working'];
  return [
    status !== undefined && status >= 400 ? 'bad' : 'good',
    status === undefined ? 'answered' : `HTTP ${status}`,
  ];
}

/** Drawn again only when something of it changed: the clock of each row is a text of its own. */
const Row = memo(function Row({
  request,
  index,
  since,
}: {
  readonly request: LiveRequest;
  readonly index: number;
  readonly since: string;
}) {
  const [tone, state] = stateOf(request);
  const { user, device, deviceType, command, protocol, node, address, error } = request;
  return (
    <div role="row" className="live-row" aria-rowindex={index + 2} data-state={request.state}>
      <span role="cell" className="live-user">
        {user ?? 'not signed in'}
      </span>
      <span role="cell" title={request.userAgent}>
        {deviceType} <span className="mono quiet">{device}</span>
      </span>
      <span role="cell">
        <strong>{command}</strong> <span className="quiet">{protocol}</span>
      </span>
      <span role="cell" title={error}>
        <Badge tone={tone}>{state}</Badge>
      </span>
      <span role="cell" className="live-since">
        {since}
      </span>
      <span role="cell" className="quiet">
        {node}
      </span>
      <span role="cell" className="quiet">
        {address}
      </span>
    </div>
  );
});
