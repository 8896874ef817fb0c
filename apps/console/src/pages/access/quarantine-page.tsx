import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client.js';
import { troubleOf } from '../../api/problem.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { AccessRule, DeviceSummary, Standing } from '../../api/types.js';
import { useEvery } from '../../api/use-every.js';
import { usePages } from '../../api/use-pages.js';
import { useResource } from '../../api/use-resource.js';
import { TextField } from '../../frame/field.js';
import { Page } from '../../frame/page.js';
import { Empty, Failure, Skeleton } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';
import { RuleDialog } from './rule-dialog.js';
import { draftForDevice } from './rule-draft.js';
import { sayWhy } from './say-why.js';

/** Milliseconds between two looks. */
const EVERY = 15_000;

const columnsFor = (rules: readonly AccessRule[]): readonly Column<DeviceSummary>[] => [
  {
    title: 'User',
    isName: true,
    cell: ({ id, user, tenant }) => (
      <>
        <Link href={`/devices/${id}`} className="row-link">
          {user}
        </Link>
        <span className="under">{tenant}</span>
      </>
    ),
  },
  {
    title: 'Device',
    cell: ({ model, deviceType, os, userAgent, deviceId }) => (
      <span>
        {model ?? (deviceType || deviceId)}
        <span className="under">{[os, deviceType].filter(Boolean).join(' · ')}</span>
        <span className="under mono">{userAgent}</span>
      </span>
    ),
  },
  { title: 'Why', cell: ({ standingReason }) => sayWhy(standingReason, rules) },
  { title: 'First seen', isShort: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  { title: 'Last seen', isShort: true, cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
];

/** Devices that wait for a decision. A click decides: whoever waits at the other end has mail seconds later. */
export function QuarantinePage() {
  const { role } = useSession();
  const say = useToast();
  const pages = usePages('GET /devices', { query: { standing: 'quarantined', sort: 'createdAt' } });
  const { items, reload } = pages;
  useEvery(EVERY, () => {
    if (!pages.hasMore) reload();
  });
  const columns = useColumns();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [ruled, setRuled] = useState<DeviceSummary | null>(null);

  const decide = async (device: DeviceSummary, decision: Standing): Promise<void> => {
    setBusy(device.id);
    setError(null);
    try {
      await api.call('POST /devices/{device}/access', {
        params: { device: device.id },
        body: { decision, reason: reason.trim() || undefined },
      });
      say(`The device of ${device.user} is ${decision}.`);
      reload();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(null);
    }
  };
  const decisions: Column<DeviceSummary> = {
    title: 'Decide',
    align: 'end',
    cell: (device) => (
      <Decisions
        device={device}
        isBusy={busy === device.id}
        onDecide={(decision) => void decide(device, decision)}
        onRule={may(role, 'manage') ? () => setRuled(device) : undefined}
      />
    ),
  };
  return (
    <Page
      title="Quarantine"
      lead="Devices that show one explaining mail and nothing else, until somebody decides"
    >
      {items !== null && items.length > 0 && may(role, 'help') && (
        <ReasonField reason={reason} onChange={setReason} />
      )}
      {error !== null && <Refusal error={error} />}
      {Boolean(pages.error) && <Failure error={pages.error} retry={reload} />}
      {items === null && !pages.error && <Skeleton lines={8} />}
      {items?.length === 0 && <Nobody />}
      {items !== null && items.length > 0 && (
        <DataTable
          caption="Devices in quarantine"
          columns={may(role, 'help') ? [...columns, decisions] : columns}
          rows={items}
          keyOf={({ id }) => id}
        />
      )}
      <More pages={pages} />
      {ruled && (
        <RuleDialog
          draft={draftForDevice(ruled, 'allowed')}
          device={ruled}
          onClose={() => setRuled(null)}
          onSaved={reload}
        />
      )}
    </Page>
  );
}

/** The columns, with the rules by their names. */
function useColumns(): readonly Column<DeviceSummary>[] {
  return columnsFor(useResource('GET /access-rules', {}).data?.items ?? []);
}

function ReasonField({
  reason,
  onChange,
}: {
  readonly reason: string;
  readonly onChange: (reason: string) => void;
}) {
  return (
    <div className="above">
      <TextField
        label="Reason for what you decide here, for the audit log"
        value={reason}
        maxLength={1000}
        placeholder="e.g. ticket 4711: new phone"
        onChange={onChange}
      />
    </div>
  );
}

function Refusal({ error }: { readonly error: unknown }) {
  const { title, detail } = troubleOf(error);
  return (
    <p className="form-error" role="alert">
      <strong>{title}.</strong> {detail}
    </p>
  );
}

function Nobody() {
  return (
    <Empty icon="check" title="Nobody waits">
      <p>
        Devices come here when an access rule says so, or the tenant’s setting for devices no rule fits. Both
        are under <Link href="/access">Access rules</Link>.
      </p>
    </Empty>
  );
}

function Decisions({
  device,
  isBusy,
  onDecide,
  onRule,
}: {
  readonly device: DeviceSummary;
  readonly isBusy: boolean;
  readonly onDecide: (decision: Standing) => void;
  readonly onRule: (() => void) | undefined;
}) {
  const of = `the device of ${device.user}`;
  return (
    <span className="row-actions">
      <button
        type="button"
        className="button button-small button-primary"
        aria-label={`Allow ${of}`}
        disabled={isBusy}
        onClick={() => onDecide('allowed')}
      >
        Allow
      </button>
      <button
        type="button"
        className="button button-small button-quiet-danger"
        aria-label={`Block ${of}`}
        disabled={isBusy}
        onClick={() => onDecide('blocked')}
      >
        Block
      </button>
      {onRule && (
        <button
          type="button"
          className="button button-small"
          aria-label={`Make a rule of ${of}`}
          onClick={onRule}
        >
          Make a rule
        </button>
      )}
    </span>
  );
}
