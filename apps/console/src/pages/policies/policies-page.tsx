import { Link } from 'wouter';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession, type Session } from '../../api/session.js';
import type { Group, Policy, PolicyAssignment } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { Icon } from '../../frame/icon.js';
import { Page } from '../../frame/page.js';
import { useQuestion } from '../../frame/question.js';
import { Empty, Loaded } from '../../frame/states.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Assignments } from './assignments.js';
import { Groups } from './groups.js';
import { sayWhom } from './say-whom.js';

/** Policies, for whom they are, and the groups they are given to. */
export function PoliciesPage() {
  const session = useSession();
  const policies = useResource('GET /policies', {});
  const assignments = useResource('GET /policy-assignments', {});
  const groups = useResource('GET /groups', {});
  const isManager = may(session.role, 'manage');
  const reload = (): void => {
    policies.reload();
    assignments.reload();
    groups.reload();
  };
  const { ask, dialog } = useQuestion(reload);
  const given = assignments.data?.items ?? [];
  const known = groups.data?.items ?? [];
  return (
    <Page
      title="Policies"
      lead="What devices must do before they are given mail: passwords, encryption, what is forbidden"
      actions={
        isManager && (
          <Link href="/policies/new" className="button button-primary">
            <Icon name="add" /> New policy
          </Link>
        )
      }
    >
      <div className="stack">
        <Loaded resource={policies}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="policies" title="No policies yet">
                <p>
                  Devices are given the policy of the configuration, if there is one. A policy made here can
                  be assigned to everybody, a tenant, a group or a user.
                </p>
              </Empty>
            ) : (
              <DataTable
                caption="Policies"
                columns={[
                  ...columnsFor(given, known),
                  ...(isManager ? [removal(session, (policy) => ask(question(policy, given)))] : []),
                ]}
                rows={items}
                keyOf={({ id }) => id}
              />
            )
          }
        </Loaded>
        <Assignments
          assignments={assignments}
          policies={policies.data?.items ?? []}
          groups={known}
          onChanged={reload}
        />
        <Groups groups={groups} onChanged={reload} />
      </div>
      {dialog}
    </Page>
  );
}

function sayCount(settings: Policy['settings']): string {
  const count = Object.keys(settings).length;
  return count === 1 ? '1 setting differs from the defaults' : `${count} settings differ from the defaults`;
}

const columnsFor = (
  assignments: readonly PolicyAssignment[],
  groups: readonly Group[],
): readonly Column<Policy>[] => [
  {
    title: 'Name',
    isName: true,
    cell: ({ id, name, description, settings }) => (
      <>
        <Link href={`/policies/${id}`} className="row-link">
          {name}
        </Link>
        <span className="under">{description || sayCount(settings)}</span>
      </>
    ),
  },
  { title: 'Of', cell: ({ tenant }) => tenant ?? 'the provider' },
  { title: 'For', cell: ({ id }) => forWhom(id, assignments, groups) },
  { title: 'Provisioning', isShort: true, cell: ({ rule }) => rule ?? 'as the tenant' },
  {
    title: 'Devices',
    isShort: true,
    align: 'end',
    cell: ({ devices, pending }) => (
      <>
        {devices.toLocaleString('en')}
        {pending > 0 && <span className="under">{pending.toLocaleString('en')} pending</span>}
      </>
    ),
  },
];

function forWhom(id: string, assignments: readonly PolicyAssignment[], groups: readonly Group[]) {
  const own = assignments.filter(({ policy }) => policy === id).map((one) => sayWhom(one, groups));
  if (own.length === 0) return <span className="quiet">nobody yet</span>;
  const [first, second, ...more] = own;
  return [first, second].filter(Boolean).join(', ') + (more.length > 0 ? ` and ${more.length} more` : '');
}

const removal = (session: Session, onRemove: (policy: Policy) => void): Column<Policy> => ({
  title: 'Actions',
  align: 'end',
  cell: (policy) =>
    session.tenant === null || policy.tenant === session.tenant ? (
      <span className="row-actions">
        <button
          type="button"
          className="button button-small button-quiet-danger"
          aria-label={`Remove ${policy.name}`}
          onClick={() => onRemove(policy)}
        >
          Remove
        </button>
      </span>
    ) : null,
});

function question(policy: Policy, assignments: readonly PolicyAssignment[]) {
  const given = assignments.filter((one) => one.policy === policy.id).length;
  const devices = policy.devices + policy.pending;
  return {
    title: `Remove ${policy.name}?`,
    text: (
      <p>
        {given === 0
          ? 'It is assigned to nobody.'
          : `It goes with ${given === 1 ? 'its assignment' : `its ${given} assignments`}: ${devices.toLocaleString('en')} ${devices === 1 ? 'device is' : 'devices are'} given the policy that is next in line, and ${devices === 1 ? 'provisions' : 'provision'} again.`}{' '}
        It cannot be undone.
      </p>
    ),
    action: 'Remove policy',
    isDangerous: true,
    done: `${policy.name} is removed.`,
    act: (reason: string | undefined) =>
      api.call('DELETE /policies/{policy}', { params: { policy: policy.id }, body: { reason } }),
  };
}
