import { useState, type FormEvent } from 'react';
import { api } from '../../api/client.js';
import { troubleOf } from '../../api/problem.js';
import { useSession } from '../../api/session.js';
import type { Verdict } from '../../api/types.js';
import { FieldTroubles, TextField } from '../../frame/field.js';
import { Section } from '../../frame/page.js';
import { StandingBadge } from '../../parts/badge.js';
import { TenantField, useTenants } from '../../parts/tenant-field.js';

type Told = Readonly<Record<(typeof fields)[number]['name'], string>>;
const fields = [
  { name: 'user', label: 'User', placeholder: 'ada@company.example' },
  { name: 'deviceType', label: 'Device type', placeholder: 'iPhone' },
  { name: 'model', label: 'Model', placeholder: 'iPhone17C3' },
  { name: 'os', label: 'System', placeholder: 'iOS 26.1' },
  { name: 'userAgent', label: 'User agent', placeholder: 'Apple-iPhone17C3/2301.355' },
  { name: 'deviceId', label: 'Device id', placeholder: 'any' },
  { name: 'protocolVersion', label: 'Protocol', placeholder: '16.1' },
] as const;

/** What would become of such a device; changes nothing. */
export function Trial() {
  const session = useSession();
  const tenants = useTenants();
  const [chosen, setTenant] = useState<string | null>(session.tenant);
  const tenant = chosen ?? (tenants?.length === 1 ? (tenants[0]?.name ?? null) : null);
  const [told, setTold] = useState<Told>(
    Object.fromEntries(fields.map(({ name }) => [name, ''])) as Record<keyof Told, string>,
  );
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [error, setError] = useState<unknown>(null);
  const trouble = error === null ? null : troubleOf(error);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setVerdict(null);
    setError(null);
    const { user, protocolVersion, ...facts } = told;
    try {
      const version = protocolVersion.trim() || '16.1';
      const body = { tenant: tenant ?? '', user, ...facts, protocolVersion: version };
      setVerdict(await api.call('POST /access-rules/trial', { body }));
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <Section title="What would become of…">
      <form className="form" onSubmit={(event) => void submit(event)}>
        <FieldTroubles fields={trouble?.fields ?? []}>
          <TenantField value={tenant} onChange={setTenant} />
          <div className="form-row">
            {fields.map(({ name, label, placeholder }) => (
              <TextField
                key={name}
                label={label}
                path={name}
                value={told[name]}
                placeholder={placeholder}
                maxLength={300}
                isVerbatim
                onChange={(value) => setTold({ ...told, [name]: value })}
              />
            ))}
          </div>
        </FieldTroubles>
        <button type="submit" className="button" disabled={tenant === null}>
          Try the rules
        </button>
        <div role="status">{verdict && <Outcome verdict={verdict} />}</div>
        {trouble && (
          <p className="form-error" role="alert">
            <strong>{trouble.title}.</strong> {trouble.detail}
          </p>
        )}
      </form>
    </Section>
  );
}

function Outcome({ verdict: { standing, exempt, rule } }: { readonly verdict: Verdict }) {
  return (
    <p className="note">
      Such a device is <StandingBadge standing={standing} />{' '}
      {rule === null ? 'as the tenant wants devices no rule fits.' : `by the rule “${rule.name}”.`}
      {exempt && ' It needs no policy.'}
    </p>
  );
}
