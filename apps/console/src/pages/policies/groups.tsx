import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { Group } from '../../api/types.js';
import type { Resource } from '../../api/use-resource.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Field, TextField } from '../../frame/field.js';
import { Section } from '../../frame/page.js';
import { useQuestion } from '../../frame/question.js';
import { Loaded } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { TenantField } from '../../parts/tenant-field.js';

/** Groups of users, made for policies. */
export function Groups({
  groups,
  onChanged,
}: {
  readonly groups: Resource<{ readonly items: readonly Group[] }>;
  readonly onChanged: () => void;
}) {
  const { role } = useSession();
  const [edited, setEdited] = useState<Group | 'new' | null>(null);
  const { ask, dialog } = useQuestion(onChanged);
  const isManager = may(role, 'manage');
  const remove = (group: Group): void =>
    ask({
      title: `Remove the group ${group.name}?`,
      text: (
        <p>
          What is assigned to it goes with it: devices of its {sayUsers(group.users.length)} are given the
          policy that is next in line.
        </p>
      ),
      action: 'Remove group',
      isDangerous: true,
      done: `The group ${group.name} is removed.`,
      act: (reason) => api.call('DELETE /groups/{group}', { params: { group: group.id }, body: { reason } }),
    });
  return (
    <Section
      title="Groups"
      isFlush
      actions={
        isManager && (
          <button type="button" className="button button-small" onClick={() => setEdited('new')}>
            New group
          </button>
        )
      }
    >
      <Loaded resource={groups} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="card-body quiet">
              No groups. One is needed only where a policy is for some users of a tenant.
            </p>
          ) : (
            <DataTable
              caption="Groups"
              columns={isManager ? [...columns, changes(setEdited, remove)] : columns}
              rows={items}
              keyOf={({ id }) => id}
            />
          )
        }
      </Loaded>
      {edited !== null && (
        <GroupDialog
          group={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={onChanged}
        />
      )}
      {dialog}
    </Section>
  );
}

const sayUsers = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'user' : 'users'}`;

const columns: readonly Column<Group>[] = [
  { title: 'Name', isName: true, cell: ({ name }) => <strong>{name}</strong> },
  { title: 'Tenant', cell: ({ tenant }) => tenant },
  {
    title: 'Users',
    cell: ({ users }) => (
      <span>
        {sayUsers(users.length)}
        <span className="under">
          {users.slice(0, 3).join(', ')}
          {users.length > 3 && ' …'}
        </span>
      </span>
    ),
  },
];

const changes = (onEdit: (group: Group) => void, onRemove: (group: Group) => void): Column<Group> => ({
  title: 'Actions',
  align: 'end',
  cell: (group) => (
    <span className="row-actions">
      <button
        type="button"
        className="button button-small"
        aria-label={`Edit the group ${group.name}`}
        onClick={() => onEdit(group)}
      >
        Edit
      </button>
      <button
        type="button"
        className="button button-small button-quiet-danger"
        aria-label={`Remove the group ${group.name}`}
        onClick={() => onRemove(group)}
      >
        Remove
      </button>
    </span>
  ),
});

function GroupDialog({
  group,
  onSaved,
  onClose,
}: {
  readonly group: Group | null;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}) {
  const session = useSession();
  const say = useToast();
  const [tenant, setTenant] = useState(group?.tenant ?? session.tenant);
  const [name, setName] = useState(group?.name ?? '');
  const [text, setText] = useState(group?.users.join('\n') ?? '');
  const users = [...new Set(text.split(/[\n,;]/).map((line) => line.trim()))].filter((line) => line !== '');
  const save = async (reason: string | undefined): Promise<void> => {
    const body = { tenant: tenant ?? '', name: name.trim(), users, reason };
    if (group) await api.call('PUT /groups/{group}', { params: { group: group.id }, body });
    else await api.call('POST /groups', { body });
    say(`The group ${body.name} has ${sayUsers(users.length)}.`);
    onSaved();
  };
  return (
    <ConfirmDialog
      title={group ? `Group ${group.name}` : 'New group'}
      action={group ? 'Save group' : 'Make group'}
      isReady={tenant !== null && name.trim() !== ''}
      onClose={onClose}
      onConfirm={({ reason }) => save(reason)}
    >
      {!group && <TenantField value={tenant} onChange={setTenant} />}
      <TextField label="Name" path="name" value={name} placeholder="e.g. Board" onChange={setName} />
      <Field label="Users, one a line" path="users" hint={sayUsers(users.length)}>
        {(described) => (
          <textarea
            {...described}
            rows={8}
            value={text}
            spellCheck={false}
            autoCapitalize="off"
            placeholder={'ada@company.example\ngrace@company.example'}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
