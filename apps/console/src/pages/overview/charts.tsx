import { useMemo } from 'react';
import type { Sample } from '../../api/types.js';
import { Empty } from '../../frame/states.js';
import { Chart, type ChartProps } from '../../parts/chart.js';
import { sayDuration } from '../../parts/say-time.js';

type Kind = Pick<ChartProps, 'title' | 'color' | 'say'> & { readonly of: (sample: Sample) => number | null };

const whole = (value: number): string =>
  value >= 10_000 ? `${Math.round(value / 1000)} k` : String(Math.round(value * 10) / 10);
const rate = (value: number): string => (value >= 10 ? whole(value) : String(Math.round(value * 100) / 100));

const kinds: readonly Kind[] = [
  { title: 'Devices online', color: '--accent', say: whole, of: ({ devicesOnline }) => devicesOnline },
  { title: 'Held requests', color: '--accent', say: whole, of: ({ held }) => held },
  {
    title: 'Commands per second',
    color: '--info',
    say: rate,
    of: ({ commandsPerSecond }) => commandsPerSecond,
  },
  { title: 'Errors per second', color: '--bad', say: rate, of: ({ failuresPerSecond }) => failuresPerSecond },
  {
    title: 'Latency, 95th percentile',
    color: '--info',
    say: sayDuration,
    of: ({ latencyP95 }) => latencyP95,
  },
  { title: 'Messages in queue', color: '--warn', say: whole, of: ({ queued }) => queued },
];

export function Charts({ samples }: { readonly samples: readonly Sample[] }) {
  const times = useMemo(() => samples.map(({ at }) => Date.parse(at) / 1000), [samples]);
  if (samples.length === 0)
    return (
      <Empty icon="overview" title="No numbers yet">
        <p>Nodes tell theirs every few seconds; the first points appear within a minute of the start.</p>
      </Empty>
    );
  return (
    <div className="charts">
      {kinds.map((kind) => (
        <OneChart key={kind.title} kind={kind} samples={samples} times={times} />
      ))}
    </div>
  );
}

function OneChart({
  kind,
  samples,
  times,
}: {
  readonly kind: Kind;
  readonly samples: readonly Sample[];
  readonly times: readonly number[];
}) {
  const values = useMemo(() => samples.map(kind.of), [samples, kind]);
  const newest = values.at(-1) ?? null;
  return (
    <Chart {...kind} times={times} values={values} latest={newest === null ? 'no data' : kind.say(newest)} />
  );
}
