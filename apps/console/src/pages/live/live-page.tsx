import { useEffect, useMemo, useRef, useState } from 'react';
import { listen, type StreamState } from '../../api/events.js';
import type { LiveRequest } from '../../api/types.js';
import { Icon } from '../../frame/icon.js';
import { Page } from '../../frame/page.js';
import { Empty, Skeleton } from '../../frame/states.js';
import { FilterBar, SearchField, SelectFilter, useFilters } from '../../parts/filters.js';
import { LiveBoard, type LiveFilter } from './live-board.js';
import { LiveRows } from './live-rows.js';

/** Milliseconds between two looks at the board: fast enough to follow, slow enough to read. */
const LOOK = 400;

/** A board that hears all nodes, and its version as of the last look. */
function useBoard(isPaused: boolean) {
  const [board] = useState(() => new LiveBoard());
  const [version, setVersion] = useState(-1);
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(
    () =>
      listen(
        'GET /live',
        {},
        {
          state: setState,
          events: {
            whole: (data) => board.whole(requestsOf(data)),
            change: (data) => board.change(requestsOf(data)),
          },
        },
      ),
    [board],
  );
  useEffect(() => {
    if (isPaused) return undefined;
    const timer = setInterval(() => {
      board.sweep();
      setVersion(board.version);
    }, LOOK);
    return () => clearInterval(timer);
  }, [board, isPaused]);
  return { board, version, state };
}

const requestsOf = (data: unknown): readonly LiveRequest[] =>
  Array.isArray(data) ? (data as LiveRequest[]) : [];

const states = [
  { value: 'working', label: 'working' },
  { value: 'held', label: 'held' },
  { value: 'done', label: 'answered' },
];

/** Requests of all nodes as they come, like `top`. */
export function LivePage() {
  const { values, change, clear, isFiltered } = useFilters(['q', 'state', 'command']);
  const [isPaused, setPaused] = useState(false);
  const { board, version, state } = useBoard(isPaused);
  const filter: LiveFilter = {
    q: values['q'] ?? '',
    state: states.some(({ value }) => value === values['state'])
      ? (values['state'] as LiveFilter['state'])
      : '',
    command: values['command'] ?? '',
  };
  const { q, state: wanted, command } = filter;
  const rows = useMemo(() => board.rows({ q, state: wanted, command }), [board, version, q, wanted, command]);
  const { counts, commands } = useMemo(() => board.summary(), [board, version]);
  const begun = useRef(false);
  begun.current ||= version > 0;
  return (
    <Page
      title="Live"
      lead={
        <span className="live-lead">
          <span className={`dot dot-${isPaused ? 'paused' : state}`} />
          {isPaused ? 'Paused' : says[state]}: <strong>{counts.working}</strong> working,{' '}
          <strong>{counts.held.toLocaleString('en')}</strong> held
        </span>
      }
      actions={
        <button type="button" className="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          <Icon name={isPaused ? 'play' : 'pause'} /> {isPaused ? 'Go on' : 'Pause'}
        </button>
      }
    >
      <FilterBar onClear={isFiltered ? clear : undefined}>
        <SearchField
          label="User, device, command, address or node"
          value={q}
          onChange={(text) => change({ q: text }, true)}
        />
        <SelectFilter
          label="State"
          value={values['state']}
          choices={states}
          onChange={(value) => change({ state: value })}
        />
        <SelectFilter
          label="Command"
          value={values['command']}
          choices={commands.map((value) => ({ value, label: value }))}
          onChange={(value) => change({ command: value })}
        />
      </FilterBar>
      {!begun.current && <Skeleton lines={10} />}
      {begun.current && rows.length === 0 && <Nobody isFiltered={isFiltered} />}
      {rows.length > 0 && <LiveRows rows={rows} isPaused={isPaused} />}
    </Page>
  );
}

function Nobody({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty icon="live" title="No request passes these filters">
        <p>New ones appear here as soon as they come.</p>
      </Empty>
    );
  return (
    <Empty icon="live" title="No phone asks for anything right now">
      <p>
        Phones that wait for news are shown as held. If phones are known and none is here, look whether they
        can reach the gateway.
      </p>
    </Empty>
  );
}

const says: Readonly<Record<StreamState, string>> = {
  connecting: 'Connecting',
  open: 'Live',
  lost: 'Connection lost, trying again',
};
