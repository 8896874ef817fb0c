import { useState } from 'react';
import { Link } from 'wouter';
import { useResource } from '../../api/use-resource.js';
import type { Overview } from '../../api/types.js';
import { Page, Section } from '../../frame/page.js';
import { Loaded } from '../../frame/states.js';
import { Charts } from './charts.js';
import { Nodes } from './nodes.js';

/** Milliseconds between two looks. */
const EVERY = 10_000;

const spans = [
  { minutes: 60, label: '1 h' },
  { minutes: 360, label: '6 h' },
  { minutes: 1440, label: '24 h' },
  { minutes: 10_080, label: '7 days' },
] as const;

/** Numbers of the moment, and how they came about. */
export function OverviewPage() {
  const [minutes, setMinutes] = useState<number>(60);
  const overview = useResource('GET /overview', {}, { every: EVERY });
  const statistics = useResource('GET /statistics', { query: { minutes } }, { every: EVERY });
  return (
    <Page title="Overview" lead="All nodes, at this moment and over time">
      <div className="stack">
        <Loaded resource={overview} lines={4}>
          {(data) => <Figures overview={data} />}
        </Loaded>
        <Section
          title="Over time"
          actions={
            <div className="segments" role="group" aria-label="Span of the charts">
              {spans.map((span) => (
                <button
                  key={span.minutes}
                  type="button"
                  aria-pressed={minutes === span.minutes}
                  onClick={() => setMinutes(span.minutes)}
                >
                  {span.label}
                </button>
              ))}
            </div>
          }
        >
          <Loaded resource={statistics} lines={6}>
            {({ items }) => <Charts samples={items} />}
          </Loaded>
        </Section>
        {overview.data && (
          <>
            <Section title="Nodes" isFlush>
              <Nodes nodes={overview.data.nodes} />
            </Section>
            <div className="shares">
              <Shares title="Protocol versions" counts={overview.data.byVersion} filter="protocolVersion" />
              <Shares title="Kinds of devices" counts={overview.data.byType} filter="deviceType" />
              <Shares title="Access" counts={overview.data.byStanding} filter="standing" />
            </div>
          </>
        )}
      </div>
    </Page>
  );
}

interface Figure {
  readonly label: string;
  readonly value: number;
  readonly note: string;
  readonly href?: string;
  /** Somebody should look at it, unless it is zero. */
  readonly isTask?: boolean;
}

function figuresOf(overview: Overview): readonly Figure[] {
  return [
    {
      label: 'Devices active',
      value: overview.devicesActive,
      note: `of ${overview.devices}, seen within 24 h`,
      href: '/devices',
    },
    { label: 'Users', value: overview.users, note: 'with at least one device or import' },
    {
      label: 'In quarantine',
      value: overview.quarantined,
      note: 'wait for a decision',
      href: '/quarantine',
      isTask: true,
    },
    {
      label: 'Wipes under way',
      value: overview.wipesPending,
      note: 'not confirmed by the phone yet',
      href: '/devices?wipe=requested',
      isTask: true,
    },
    {
      label: 'Policy pending',
      value: overview.policyPending,
      note: 'devices that still must take it',
      href: '/devices?policyState=pending',
    },
    {
      label: 'Set-aside items',
      value: overview.setAside,
      note: 'could not be given to a phone',
      isTask: true,
    },
  ];
}

function Figures({ overview }: { readonly overview: Overview }) {
  return (
    <ul className="figures">
      {figuresOf(overview).map(({ label, value, note, href, isTask }) => (
        <li key={label} className="card figure" data-task={(isTask && value > 0) || undefined}>
          <span>{href ? <Link href={href}>{label}</Link> : label}</span>
          <strong>{value.toLocaleString('en')}</strong>
          <small>{note}</small>
        </li>
      ))}
    </ul>
  );
}

function Shares({
  title,
  counts,
  filter,
}: {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly filter: string;
}) {
  const all = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Section title={title}>
      {total === 0 ? (
        <p className="quiet">No devices yet.</p>
      ) : (
        <ul className="bars">
          {all.slice(0, 8).map(([name, count]) => (
            <li key={name}>
              {name === '' ? (
                <span>unknown</span>
              ) : (
                <Link href={`/devices?${filter}=${encodeURIComponent(name)}`}>{name}</Link>
              )}
              <meter
                min={0}
                max={total}
                value={count}
                aria-label={`${name || 'unknown'}: ${count} of ${total}`}
              />
              <span className="quiet">{count.toLocaleString('en')}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
