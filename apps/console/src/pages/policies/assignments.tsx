import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { Group, Policy, PolicyAssignment } from '../../api/types.js';
import type { Resource } from '../../api/use-resource.js';
import { Section } from '../../frame/page.js';
import { useQuestion, type Question } from '../../frame/question.js';
import { Loaded } from '../../frame/states.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { AssignDialog } from './assign-dialog.js';
import { sayWhom, weightOf } from './say-whom.js';

/** Which policy is for whom; the most particular assignment wins. */
export function Assignments({
  assignments,
  policies,
  groups,
  onChanged,
}: {
  readonly assignments: Resource<{ readonly items: readonly PolicyAssignment[] }>;
  readonly policies: readonly Policy[];
  readonly groups: readonly Group[];
  readonly onChanged: () => void;
}) {
  const { role, tenant: own } = useSession();
  const [isAssigning, setAssigning] = useState(false);
  const { ask, dialog } = useQuestion(onChanged);
  const isManager = may(role, 'manage');
  const nameOf = (id: string): string => policies.find((policy) => policy.id === id)?.name ?? `policy ${id}`;
  const columns = columnsFor(groups, nameOf);
  const taking = takingColumn(groups, own, (one) => ask(takingBack(one, nameOf(one.policy), groups)));
  return (
    <Section
      title="For whom"
      isFlush
      actions={
        isManager && (
          <button
            type="button"
            className="button button-small"
            disabled={policies.length === 0}
            onClick={() => setAssigning(true)}
          >
            Assign a policy
          </button>
        )
      }
    >
      <Loaded resource={assignments} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="card-body quiet">
              Nothing is assigned. Devices are given the policy of the configuration.
            </p>
          ) : (
            <DataTable
              caption="Assignments of policies"
              columns={isManager ? [...columns, taking] : columns}
              rows={items.toSorted((a, b) => weightOf(b) - weightOf(a))}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {isAssigning && (
        <AssignDialog
          policies={policies}
          groups={groups}
          onClose={() => setAssigning(false)}
          onSaved={onChanged}
        />
      )}
      {dialog}
    </Section>
  );
}

const columnsFor = (
  groups: readonly Group[],
  nameOf: (policy: string) => string,
): readonly Column<PolicyAssignment>[] => [
  { title: 'For', isName: true, cell: (one) => <strong>{sayWhom(one, groups)}</strong> },
  { title: 'Policy', cell: ({ policy }) => nameOf(policy) },
  { title: 'Tenant', cell: ({ tenant }) => tenant ?? <span className="quiet">all</span> },
];

/** The provider's assignments are for a tenant's administrator to read. */
const takingColumn = (
  groups: readonly Group[],
  ownTenant: string | null,
  onTake: (assignment: PolicyAssignment) => void,
): Column<PolicyAssignment> => ({
  title: 'Actions',
  align: 'end',
  cell: (one) =>
    (ownTenant === null || one.tenant === ownTenant) && (
      <span className="row-actions">
        <button
          type="button"
          className="button button-small"
          aria-label={`Take back the assignment for ${sayWhom(one, groups)}`}
          onClick={() => onTake(one)}
        >
          Take back
        </button>
      </span>
    ),
});

const takingBack = (
  assignment: PolicyAssignment,
  policyName: string,
  groups: readonly Group[],
): Question => ({
  title: 'Take this assignment back?',
  text: (
    <p>
      <strong>{policyName}</strong> is no longer for <strong>{sayWhom(assignment, groups)}</strong>. Devices
      that had it by this alone are given the policy that is next in line, and provision again.
    </p>
  ),
  action: 'Take back',
  isDangerous: true,
  done: 'The assignment is taken back.',
  act: (reason) =>
    api.call('DELETE /policy-assignments/{assignment}', {
      params: { assignment: assignment.id },
      body: { reason },
    }),
});
