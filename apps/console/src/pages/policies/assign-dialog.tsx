import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import type { Group, Policy } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { SelectField, TextField } from '../../frame/field.js';
import { useToast } from '../../frame/toasts.js';
import { TenantField } from '../../parts/tenant-field.js';

type Whom = 'everybody' | 'tenant' | 'group' | 'user';
const labels: Readonly<Record<Whom, string>> = {
  everybody: 'everybody, of all tenants',
  tenant: 'all of a tenant',
  group: 'a group',
  user: 'one user',
};

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
  const [policyId, setPolicy] = useState(policies[0]?.id ?? '');
  const [whom, setWhom] = useState<Whom>('tenant');
  const [tenant, setTenant] = useState(session.tenant);
  const [groupId, setGroup] = useState(groups[0]?.id ?? '');
  const [user, setUser] = useState('');
  const group = groups.find(({ id }) => id === groupId);
  const whoms = (Object.keys(labels) as Whom[]).filter(
    (one) => (one !== 'everybody' || session.tenant === null) && (one !== 'group' || groups.length > 0),
  );
  const needsTenant = whom === 'tenant' || whom === 'user';
  const isReady =
    (!needsTenant || tenant !== null) && (whom !== 'user' || user.trim() !== '') && policyId !== '';
  const save = async (reason: string | undefined): Promise<void> => {
    await api.call('POST /policy-assignments', {
      body: {
        policy: policyId,
        tenant: whom === 'group' ? (group?.tenant ?? null) : needsTenant ? tenant : null,
        group: whom === 'group' ? groupId : null,
        user: whom === 'user' ? user.trim() : null,
        reason,
      },
    });
    say('The policy is assigned; devices provision with their next request.');
    onSaved();
  };
  return (
    <ConfirmDialog
      title="Assign a policy"
      action="Assign"
      isReady={isReady}
      onClose={onClose}
      onConfirm={({ reason }) => save(reason)}
    >
      <SelectField
        label="Policy"
        path="policy"
        value={policyId}
        choices={policies.map(({ id, name, tenant: of }) => ({
          value: id,
          label: of === null ? name : `${name} (${of})`,
        }))}
        onChange={setPolicy}
      />
      <SelectField
        label="For"
        hint="A user’s own counts more than that of a group, this more than that of the tenant, and this more than everybody’s. It takes the place of one that is there."
        value={whom}
        choices={whoms.map((value) => ({ value, label: labels[value] }))}
        onChange={setWhom}
      />
      {needsTenant && <TenantField value={tenant} onChange={setTenant} />}
      {whom === 'group' && (
        <SelectField
          label="Group"
          path="group"
          value={groupId}
          choices={groups.map(({ id, name, tenant: of }) => ({ value: id, label: `${name} (${of})` }))}
          onChange={setGroup}
        />
      )}
      {whom === 'user' && (
        <TextField
          label="User"
          path="user"
          value={user}
          maxLength={320}
          placeholder="ada@company.example"
          isVerbatim
          onChange={setUser}
        />
      )}
      <p className="hint">Devices it is new to provision again, without losing what they have synced.</p>
    </ConfirmDialog>
  );
}
