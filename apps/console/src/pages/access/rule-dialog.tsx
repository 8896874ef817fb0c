import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import type { AccessRule, DeviceSummary, Standing } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { CheckField, SelectField, TextField } from '../../frame/field.js';
import { useToast } from '../../frame/toasts.js';
import { TenantField } from '../../parts/tenant-field.js';
import {
  conditionLabels,
  conditionNames,
  conditionsOf,
  type ConditionName,
  type RuleDraft,
} from './rule-draft.js';

export const actionChoices: readonly { readonly value: Standing; readonly label: string }[] = [
  { value: 'allowed', label: 'Allow it' },
  { value: 'quarantined', label: 'Quarantine it until somebody decides' },
  { value: 'blocked', label: 'Block it' },
];

/** What the device a rule is made from tells: proposals for the fields. */
const toldBy = (device: DeviceSummary | undefined, name: ConditionName): string =>
  (name === 'versionBelow' ? device?.protocolVersion : device?.[name]) ?? '';

/** Asks for a rule: a new one, or `rule` as it shall be. */
export function RuleDialog({
  draft: first,
  rule,
  device,
  onSaved,
  onClose,
}: {
  readonly draft: RuleDraft;
  readonly rule?: AccessRule;
  readonly device?: DeviceSummary;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}) {
  const session = useSession();
  const say = useToast();
  const [draft, setDraft] = useState(first);
  const change = (changed: Partial<RuleDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const save = async (reason: string | undefined): Promise<void> => {
    const { tenant, name, action, exempt, enabled } = draft;
    const conditions = conditionsOf(draft);
    const written = { tenant, name: name.trim(), conditions, action, exempt, enabled, reason };
    if (rule) {
      const body = { ...written, position: rule.position };
      await api.call('PUT /access-rules/{rule}', { params: { rule: rule.id }, body });
    } else await api.call('POST /access-rules', { body: written });
    say(`The rule ${written.name} is in force; devices are judged anew.`);
    onSaved();
  };
  return (
    <ConfirmDialog
      title={rule ? 'Change rule' : 'New rule'}
      action={rule ? 'Save rule' : 'Add rule'}
      isReady={draft.name.trim() !== ''}
      onClose={onClose}
      onConfirm={({ reason }) => save(reason)}
    >
      <TextField
        label="Name"
        path="name"
        value={draft.name}
        placeholder="e.g. Company tablets"
        onChange={(name) => change({ name })}
      />
      {!rule && session.tenant === null && (
        <TenantField
          value={draft.tenant}
          onChange={(tenant) => change({ tenant })}
          all="all tenants, after their own rules"
        />
      )}
      <ConditionFields
        conditions={draft.conditions}
        device={device}
        onChange={(conditions) => change({ conditions })}
      />
      <SelectField
        label="Then"
        path="action"
        value={draft.action}
        choices={actionChoices}
        onChange={(action) => change({ action })}
      />
      {draft.action === 'allowed' && (
        <CheckField
          label="Also without a policy"
          hint="For devices that cannot be given one: clients of cars, of Windows, scripts."
          checked={draft.exempt}
          onChange={(exempt) => change({ exempt })}
        />
      )}
    </ConfirmDialog>
  );
}

/** What a device must tell for the rule to fit it; `device` proposes what it tells itself. */
function ConditionFields({
  conditions,
  device,
  onChange,
}: {
  readonly conditions: RuleDraft['conditions'];
  readonly device: DeviceSummary | undefined;
  readonly onChange: (conditions: RuleDraft['conditions']) => void;
}) {
  const isUnconditional = conditionNames.every((name) => conditions[name].trim() === '');
  return (
    <fieldset className="fields">
      <legend>Fits a device if</legend>
      <p className="hint">
        All that is filled in must fit. <code>*</code> stands for anything; case does not count.
        {isUnconditional && ' Without any condition it fits every device.'}
      </p>
      <div className="form-row">
        {conditionNames.map((name) => (
          <TextField
            key={name}
            label={conditionLabels[name]}
            path={`conditions.${name}`}
            value={conditions[name]}
            placeholder={toldBy(device, name) || (name === 'versionBelow' ? 'e.g. 14.0' : 'anything')}
            isVerbatim
            onChange={(value) => onChange({ ...conditions, [name]: value })}
          />
        ))}
      </div>
    </fieldset>
  );
}
