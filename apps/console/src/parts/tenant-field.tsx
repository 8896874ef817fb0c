import { useSession } from '../api/session.js';
import type { Tenant } from '../api/types.js';
import { useResource } from '../api/use-resource.js';
import { SelectField } from '../frame/field.js';

/** The tenants one sees; null while they are loaded. */
export function useTenants(): readonly Tenant[] | null {
  return useResource('GET /tenants', {}).data?.items ?? null;
}

/** Chooses a tenant. Not shown to those who have only one. `all`: what it means to choose none, where that is possible. */
export function TenantField({
  value,
  onChange,
  all,
  label = 'Tenant',
  hint,
}: {
  readonly value: string | null;
  readonly onChange: (tenant: string | null) => void;
  readonly all?: string;
  readonly label?: string;
  readonly hint?: string;
}) {
  const session = useSession();
  const tenants = useTenants();
  if (session.tenant !== null) return null;
  const named = (tenants ?? []).map(({ name }) => ({ value: name, label: name }));
  const none = { value: '', label: all ?? 'choose…' };
  return (
    <SelectField
      label={label}
      hint={hint}
      path="tenant"
      value={value ?? ''}
      choices={[none, ...named]}
      onChange={(name) => onChange(name === '' ? null : name)}
    />
  );
}
