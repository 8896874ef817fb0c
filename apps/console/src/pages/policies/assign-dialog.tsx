import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import type { Group, Policy } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { SelectField, TextField } from '../../frame/field.js';
import { useToast } from '../../frame/toasts.js';
import { TenantField } from '../../parts/tenant-field.js';
import {
  assignmentOf,
  isComplete,
  needsTenant,
  whomLabels,
  whomsFor,
  type AssignmentDraft,
} from './assignment-draft.js';

/** Asks which policy is for whom. */
export function AssignDialog({
  policies,
  groups,
  onSaved,
  onClose,
}: {
  readonly policies: readonly Policy[];
  readonly groups: readonly Group[];
  readonly onSaved: () => void;
  readonly onClose: () => void;
}) {
  const session = useSession();
  const say = useToast();
  const [draft, setDraft] = useState<AssignmentDraft>({
    policy: policies[0]?.id ?? '',
    whom: 'tenant',
    tenant: session.tenant,
    group: groups[0]?.id ?? '',
    user: '',
  });
  const change = (changed: Partial<AssignmentDraft>): void =>
    setDraft((before) => ({ ...before, ...changed }));
  const save = async (reason: string | undefined): Promise<void> => {
    await api.call('POST /policy-assignments', { body: { ...assignmentOf(draft, groups), reason } });
    say('The policy is assigned; devices provision with their next request.');
    onSaved();
  };
  return (
    <ConfirmDialog
      title="Assign a policy"
      action="Assign"
      isReady={isComplete(draft)}
      onClose={onClose}
      onConfirm={({ reason }) => save(reason)}
    >
      <SelectField
        label="Policy"
        path="policy"
        value={draft.policy}
        choices={policies.map(choiceOf)}
        onChange={(policy) => change({ policy })}
      />
      <SelectField
        label="For"
        hint="A user’s own counts more than that of a group, this more than that of the tenant, and this more than everybody’s. It takes the place of one that is there."
        value={draft.whom}
        choices={whomsFor(session.tenant, groups).map((value) => ({ value, label: whomLabels[value] }))}
        onChange={(whom) => change({ whom })}
      />
      {needsTenant(draft) && <TenantField value={draft.tenant} onChange={(tenant) => change({ tenant })} />}
      {draft.whom === 'group' && (
        <SelectField
          label="Group"
          path="group"
          value={draft.group}
          choices={groups.map(choiceOf)}
          onChange={(group) => change({ group })}
        />
      )}
      {draft.whom === 'user' && (
        <TextField
          label="User"
          path="user"
          value={draft.user}
          maxLength={320}
          placeholder="ada@company.example"
          isVerbatim
          onChange={(user) => change({ user })}
        />
      )}
      <p className="hint">Devices it is new to provision again, without losing what they have synced.</p>
    </ConfirmDialog>
  );
}

const choiceOf = ({
  id,
  name,
  tenant,
}: Policy | Group): { readonly value: string; readonly label: string } => ({
  value: id,
  label: tenant === null ? name : `${name} (${tenant})`,
});
