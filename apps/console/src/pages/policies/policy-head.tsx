import { useSession } from '../../api/session.js';
import type { ProvisioningRule } from '../../api/types.js';
import { Field, SelectField, TextField } from '../../frame/field.js';
import { Section } from '../../frame/page.js';
import { TenantField } from '../../parts/tenant-field.js';

/** Everything of a policy but its settings. */
export interface Head {
  readonly tenant: string | null;
  readonly name: string;
  readonly description: string;
  readonly rule: ProvisioningRule | null;
}

const rules: readonly { readonly value: ProvisioningRule | 'tenant'; readonly label: string }[] = [
  { value: 'tenant', label: 'as the tenant is configured' },
  { value: 'required', label: 'required: who does not apply it gets nothing' },
  { value: 'optional', label: 'optional: who cannot apply all of it syncs too' },
  { value: 'off', label: 'off: devices are given no policy' },
];

export function PolicyHead({
  head,
  isNew,
  isReadOnly,
  onChange,
}: {
  readonly head: Head;
  readonly isNew: boolean;
  readonly isReadOnly: boolean;
  readonly onChange: (head: Head) => void;
}) {
  const session = useSession();
  return (
    <Section title="Policy">
      <fieldset className="form bare" disabled={isReadOnly}>
        <legend className="visually-hidden">Policy</legend>
        <div className="form-row">
          <TextField
            label="Name"
            path="name"
            value={head.name}
            placeholder="e.g. Company phones"
            onChange={(name) => onChange({ ...head, name })}
          />
          {isNew && session.tenant === null && (
            <TenantField
              label="For use in"
              value={head.tenant}
              all="all tenants"
              onChange={(tenant) => onChange({ ...head, tenant })}
            />
          )}
          <SelectField
            label="Provisioning"
            path="rule"
            value={head.rule ?? 'tenant'}
            choices={rules}
            onChange={(rule) => onChange({ ...head, rule: rule === 'tenant' ? null : rule })}
          />
        </div>
        <Field label="Description" path="description">
          {(described) => (
            <textarea
              {...described}
              rows={2}
              maxLength={2000}
              value={head.description}
              placeholder="For whom it is and why, for the next administrator"
              onChange={({ target }) => onChange({ ...head, description: target.value })}
            />
          )}
        </Field>
      </fieldset>
    </Section>
  );
}
