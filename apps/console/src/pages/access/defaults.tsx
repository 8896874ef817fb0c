import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { Tenant } from '../../api/types.js';
import { useResource } from '../../api/use-resource.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Field, SelectField, TextField } from '../../frame/field.js';
import { Section } from '../../frame/page.js';
import { Loaded } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { StandingBadge } from '../../parts/badge.js';
import { actionChoices } from './rule-dialog.js';

/** What each tenant wants of devices no rule fits. */
export function Defaults() {
  const { role } = useSession();
  const resource = useResource('GET /tenants', {});
  const [edited, setEdited] = useState<Tenant | null>(null);
  return (
    <Section title="Devices no rule fits">
      <Loaded resource={resource} lines={3}>
        {({ items }) => (
          <ul className="plain-list">
            {items.map((tenant) => (
              <li key={tenant.name} className="with-action">
                <div>
                  <strong>{tenant.name}</strong> <StandingBadge standing={tenant.settings.defaultAccess} />
                  <span className="under">{limitsOf(tenant)}</span>
                </div>
                {may(role, 'manage') && (
                  <button
                    type="button"
                    className="button button-small"
                    aria-label={`Change what ${tenant.name} wants of new devices`}
                    onClick={() => setEdited(tenant)}
                  >
                    Change
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {edited && <DefaultsDialog tenant={edited} onClose={() => setEdited(null)} onSaved={resource.reload} />}
    </Section>
  );
}

const limitsOf = ({ settings: { maxDevices, quarantineText } }: Tenant): string =>
  [
    maxDevices === null ? 'any number of devices a user' : `at most ${maxDevices} devices a user`,
    quarantineText === null ? 'Godwit’s text in quarantine' : 'own text in quarantine',
  ].join(' · ');

/** Changes what becomes of new devices of a tenant. */
export function DefaultsDialog({
  tenant,
  onSaved,
  onClose,
}: {
  readonly tenant: Tenant;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}) {
  const say = useToast();
  const { settings } = tenant;
  const [defaultAccess, setAccess] = useState(settings.defaultAccess);
  const [maxDevices, setMax] = useState(settings.maxDevices === null ? '' : String(settings.maxDevices));
  const [text, setText] = useState(settings.quarantineText ?? '');
  const max = maxDevices.trim() === '' ? null : Number(maxDevices);
  return (
    <ConfirmDialog
      title={`New devices of ${tenant.name}`}
      action="Save"
      isReady={max === null || Number.isInteger(max)}
      onClose={onClose}
      onConfirm={async ({ reason }) => {
        const quarantineText = text.trim() === '' ? null : text;
        const body = { defaultAccess, maxDevices: max, quarantineText, reason };
        await api.call('PATCH /tenants/{tenant}', { params: { tenant: tenant.name }, body });
        say(`Saved; devices of ${tenant.name} are judged anew.`);
        onSaved();
      }}
    >
      <SelectField
        label="A device no rule fits"
        path="defaultAccess"
        hint="Devices that are already known are judged anew, except where an administrator decided."
        value={defaultAccess}
        choices={actionChoices}
        onChange={setAccess}
      />
      <TextField
        label="Devices a user may have"
        path="maxDevices"
        hint="Empty: no limit. One more is refused; those that sync go on."
        value={maxDevices}
        placeholder="no limit"
        onChange={setMax}
      />
      <Field
        label="What a device in quarantine is told"
        path="quarantineText"
        hint="The text of the one mail it shows. Empty: a text of Godwit’s own."
      >
        {(described) => (
          <textarea
            {...described}
            rows={6}
            maxLength={10_000}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
