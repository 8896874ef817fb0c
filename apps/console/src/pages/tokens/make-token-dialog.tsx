import { useState } from 'react';
import type { Role } from '#admin-api';
import { api } from '../../api/client.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { SelectField, TextField } from '../../frame/field.js';
import { TenantField } from '../../parts/tenant-field.js';

const roles: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'read-only', label: 'read only: look at everything' },
  { value: 'helpdesk', label: 'helpdesk: test, wipe the account, block, allow' },
  { value: 'tenant', label: 'administrator of one tenant' },
  { value: 'provider', label: 'provider: everything, for all tenants' },
  { value: 'me', label: 'one user, for his own devices' },
];

/** Asks for a token. `tenant`: of whoever asks, who can give no more than that. */
export function MakeTokenDialog({
  tenant: own,
  onMade,
  onClose,
}: {
  readonly tenant: string | null;
  readonly onMade: (made: { readonly name: string; readonly token: string }) => void;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('read-only');
  const [chosen, setTenant] = useState(own);
  const [user, setUser] = useState('');
  const [until, setUntil] = useState('');
  const tenant = role === 'provider' ? null : chosen;
  const needsTenant = role === 'tenant' || role === 'me';
  return (
    <ConfirmDialog
      title="New token"
      action="Make token"
      isReady={
        name.trim() !== '' && (!needsTenant || tenant !== null) && (role !== 'me' || user.trim() !== '')
      }
      onClose={onClose}
      onConfirm={async ({ reason }) => {
        const expiresAt = until === '' ? undefined : new Date(`${until}T23:59:59Z`).toISOString();
        const of = role === 'me' ? user.trim() : null;
        onMade(
          await api.call('POST /tokens', {
            body: { name: name.trim(), role, tenant, user: of, expiresAt, reason },
          }),
        );
      }}
    >
      <TextField
        label="Name, to know it by"
        path="name"
        value={name}
        placeholder="e.g. monitoring"
        onChange={setName}
      />
      <SelectField
        label="Role"
        path="role"
        value={role}
        choices={own === null ? roles : roles.filter(({ value }) => value !== 'provider')}
        onChange={setRole}
      />
      {role !== 'provider' && (
        <TenantField value={chosen} onChange={setTenant} {...(!needsTenant && { all: 'all tenants' })} />
      )}
      {role === 'me' && (
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
      <TextField
        label="Until (optional)"
        type="date"
        path="expiresAt"
        hint="What is forgotten does no harm if it ends by itself."
        value={until}
        onChange={setUntil}
      />
    </ConfirmDialog>
  );
}
