import type { Paint } from '../doctor/print.js';
import { tableLines, type Column } from '../print/table.js';
import { spanOf } from '../print/time.js';
import { printable, truncate } from '../print/width.js';
import type { LiveRequest, NodeState } from './live-requests.js';

export const sorts = ['age', 'user', 'node', 'command'] as const;
export type Sort = (typeof sorts)[number];
export const shows = ['all', 'working', 'held'] as const;
export type Show = (typeof shows)[number];

/** What is looked at, as keys change it. */
export interface View {
  readonly sort: Sort;
  readonly show: Show;
  /** A part of anything in the line; null while there is none. */
  readonly filter: string;
  /** The filter is being typed. */
  readonly isTyping: boolean;
  /** Lines scrolled down. */
  readonly offset: number;
}

export interface Picture {
  readonly requests: readonly LiveRequest[];
  readonly nodes: readonly NodeState[];
  /** Epoch milliseconds. */
  readonly now: number;
  /** What is wrong with the connection; empty if nothing. */
  readonly trouble: string;
}

const ranks = { working: 0, done: 1, held: 2 } as const;
const text = (left: string | null, right: string | null): number => (left ?? '').localeCompare(right ?? '');

const orders: Readonly<Record<Sort, (left: LiveRequest, right: LiveRequest) => number>> = {
  age: (left, right) => ranks[left.state] - ranks[right.state] || left.startedAt - right.startedAt,
  user: (left, right) => text(left.user, right.user) || text(left.device, right.device),
  node: (left, right) => text(left.node, right.node) || left.startedAt - right.startedAt,
  command: (left, right) => text(left.command, right.command) || left.startedAt - right.startedAt,
};

const isShown = (request: LiveRequest, { show, filter }: Pick<View, 'show' | 'filter'>): boolean => {
  if (show !== 'all' && request.state !== show) return false;
  if (filter === '') return true;
  const { user, tenant, device, deviceType, userAgent, command, node, address, error } = request;
  const words = [user, tenant, device, deviceType, userAgent, command, node, address, error];
  return words.some((word) => word?.toLowerCase().includes(filter.toLowerCase()));
};

/** Requests that are looked at, in their order. */
export const chosenRequests = (
  requests: readonly LiveRequest[],
  view: Pick<View, 'show' | 'filter' | 'sort'>,
): LiveRequest[] => requests.filter((request) => isShown(request, view)).sort(orders[view.sort]);

const remarkOf = ({ state, folders, status, error, ms }: LiveRequest): string => {
  if (error !== undefined) return error;
  if (state === 'held') return folders === undefined ? '' : `waits for ${folders} folders`;
  if (state === 'done') return `HTTP ${status ?? '?'}${ms === undefined ? '' : ` in ${Math.round(ms)} ms`}`;
  return '';
};

const styles = { working: 'green', held: null, done: 'dim' } as const;

const columnsAt = (now: number): Column<LiveRequest>[] => [
  {
    title: 'STATE',
    value: ({ state }) => state,
    style: ({ state, error }) => (error ? 'red' : styles[state]),
  },
  { title: 'AGE', value: ({ startedAt }) => spanOf(now - startedAt), align: 'right' },
  { title: 'COMMAND', value: ({ command }) => command },
  { title: 'USER', value: ({ user }) => user, least: 10 },
  { title: 'DEVICE', value: ({ deviceType, device }) => `${deviceType} ${device}`.trim(), least: 8 },
  { title: 'AS', value: ({ protocol }) => protocol },
  { title: 'NODE', value: ({ node }) => node, least: 6 },
  { title: 'ADDRESS', value: ({ address }) => address, least: 9 },
  { title: 'REMARKS', value: remarkOf, style: ({ error }) => (error ? 'red' : null), least: 7 },
];

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;

const nodeColumns: readonly Column<NodeState>[] = [
  { title: 'NODE', value: ({ node }) => node, least: 6 },
  { title: 'ROLE', value: ({ role }) => role },
  { title: 'HELD', value: ({ held }) => held, align: 'right' },
  { title: 'WORKING', value: ({ working }) => working, align: 'right' },
  { title: 'COMMANDS/S', value: ({ commandsPerSecond }) => commandsPerSecond.toFixed(1), align: 'right' },
  { title: 'FAILED/S', value: ({ failuresPerSecond }) => failuresPerSecond.toFixed(1), align: 'right' },
  {
    title: 'P95 MS',
    value: ({ latencyP95 }) => (latencyP95 === null ? null : Math.round(latencyP95)),
    align: 'right',
  },
  { title: 'QUEUE', value: ({ queued }) => queued, align: 'right' },
  { title: 'MEMORY', value: ({ memoryBytes }) => megabytes(memoryBytes), align: 'right' },
];

function countLine({ requests, nodes, trouble }: Picture, paint: Paint): string {
  const count = (state: LiveRequest['state']): number => requests.filter((one) => one.state === state).length;
  const line = `godwit top: ${count('held')} held, ${count('working')} working, ${nodes.length} nodes`;
  return trouble ? `${paint('bold', line)}  ${paint('red', printable(trouble))}` : paint('bold', line);
}

/** Lines of `top --once`: nothing is cut off unless a width is given. */
export function snapshotLines(picture: Picture, paint: Paint, columns?: number): string[] {
  const requests = chosenRequests(picture.requests, { sort: 'age', show: 'all', filter: '' });
  return [
    countLine(picture, paint),
    ...tableLines(nodeColumns, picture.nodes, { columns, paint }),
    '',
    ...tableLines(columnsAt(picture.now), requests, { columns, paint }),
  ];
}

const HELP = 'q quit  s sort  t state  / filter  ↑↓ scroll';

function lastLine(
  { filter, isTyping, sort, show }: View,
  shown: number,
  columns: number,
  paint: Paint,
): string {
  if (isTyping) return truncate(`/${printable(filter)}▏ (Enter keeps, Esc clears)`, columns);
  const filtered = filter ? `  filter: ${printable(filter)}` : '';
  return paint('dim', truncate(`${HELP}  ·  by ${sort}, ${show}, ${shown} shown${filtered}`, columns));
}

/** Nodes shown at most; a large cluster should not push the requests from the screen. */
const MOST_NODES = 6;

/** The whole screen: exactly `rows` lines, none longer than `columns`. */
export function screenLines(
  picture: Picture,
  view: View,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  paint: Paint,
): string[] {
  const nodes = picture.nodes.slice(0, Math.min(MOST_NODES, Math.max(0, rows - 8)));
  const chosen = chosenRequests(picture.requests, view);
  const head = [countLine(picture, paint), ...tableLines(nodeColumns, nodes, { columns, paint }), ''];
  const room = Math.max(0, rows - head.length - 2);
  const offset = Math.max(0, Math.min(view.offset, chosen.length - room));
  const table = tableLines(columnsAt(picture.now), chosen.slice(offset, offset + room), { columns, paint });
  const body = [...head, ...table].slice(0, Math.max(0, rows - 1));
  const blanks = Array.from({ length: Math.max(0, rows - 1 - body.length) }, () => '');
  return [...body, ...blanks, lastLine(view, chosen.length, columns, paint)];
}
