import { useState } from 'react';
import { api } from '../../api/client.js';
import type { AccessRule } from '../../api/types.js';
import { Icon } from '../../frame/icon.js';
import { Section } from '../../frame/page.js';
import { useQuestion } from '../../frame/question.js';
import { Failure } from '../../frame/states.js';
import { useToast } from '../../frame/toasts.js';
import { Badge, StandingBadge } from '../../parts/badge.js';
import { conditionLabels, conditionNames } from './rule-draft.js';

/** The rules of a tenant, or of the provider, in the order in which they are tried. */
export function RuleList({
  tenant,
  rules,
  onEdit,
  onChanged,
}: {
  readonly tenant: string | null;
  readonly rules: readonly AccessRule[];
  /** Given to those who may. */
  readonly onEdit: ((rule: AccessRule) => void) | undefined;
  readonly onChanged: () => void;
}) {
  const say = useToast();
  const { ask, dialog } = useQuestion(onChanged);
  const [error, setError] = useState<unknown>(null);
  const put = async (
    { id, ...rule }: AccessRule,
    changed: Partial<AccessRule>,
    done: string,
  ): Promise<void> => {
    setError(null);
    try {
      await api.call('PUT /access-rules/{rule}', { params: { rule: id }, body: { ...rule, ...changed } });
      say(done);
      onChanged();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const remove = (rule: AccessRule): void =>
    ask({
      title: 'Remove this rule?',
      text: (
        <p>
          <strong>{rule.name}</strong> is tried no longer. Devices it decided about are judged anew by the
          rules that remain.
        </p>
      ),
      action: 'Remove rule',
      isDangerous: true,
      done: 'The rule is removed.',
      act: (reason) =>
        api.call('DELETE /access-rules/{rule}', { params: { rule: rule.id }, body: { reason } }),
    });
  return (
    <Section title={tenant === null ? 'For all tenants, after their own rules' : `Rules of ${tenant}`}>
      {error !== null && <Failure error={error} />}
      <ol className="rules">
        {rules.map((rule, index) => (
          <li key={rule.id} data-off={!rule.enabled || undefined}>
            <span className="rule-place" aria-hidden="true">
              {index + 1}
            </span>
            <div className="rule-text">
              <p>
                <strong>{rule.name}</strong> <StandingBadge standing={rule.action} />{' '}
                {rule.exempt && <Badge tone="info">without a policy too</Badge>}{' '}
                {!rule.enabled && <Badge tone="quiet">switched off</Badge>}
              </p>
              <Conditions rule={rule} />
            </div>
            {onEdit && (
              <div className="row-actions">
                <Move
                  {...{ rule, index, count: rules.length }}
                  onMove={(step) => {
                    const neighbour = rules[index + step];
                    if (neighbour)
                      void put(rule, { position: neighbour.position }, `${rule.name} has another place.`);
                  }}
                />
                <button
                  type="button"
                  className="button button-small"
                  aria-label={`${rule.enabled ? 'Switch off' : 'Switch on'} ${rule.name}`}
                  onClick={() =>
                    void put(
                      rule,
                      { enabled: !rule.enabled },
                      `${rule.name} is switched ${rule.enabled ? 'off' : 'on'}.`,
                    )
                  }
                >
                  {rule.enabled ? 'Switch off' : 'Switch on'}
                </button>
                <button
                  type="button"
                  className="button button-small"
                  aria-label={`Edit ${rule.name}`}
                  onClick={() => onEdit(rule)}
                >
                  Edit
                </button>
                <button
                  type="button"
                  className="button button-small button-quiet-danger"
                  aria-label={`Remove ${rule.name}`}
                  onClick={() => remove(rule)}
                >
                  Remove
                </button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {dialog}
    </Section>
  );
}

function Conditions({ rule: { conditions } }: { readonly rule: AccessRule }) {
  const asked = conditionNames.filter((name) => conditions[name] !== undefined);
  if (asked.length === 0) return <p className="quiet">every device</p>;
  return (
    <ul className="conditions">
      {asked.map((name) => (
        <li key={name}>
          {conditionLabels[name].toLowerCase()} <code>{conditions[name]}</code>
        </li>
      ))}
    </ul>
  );
}

/** The buttons stay where they are, so that pressing again moves on; at an end there is nothing to press. */
function Move({
  rule,
  index,
  count,
  onMove,
}: {
  readonly rule: AccessRule;
  readonly index: number;
  readonly count: number;
  readonly onMove: (step: -1 | 1) => void;
}) {
  return (
    <span className="mover">
      <button
        type="button"
        className="icon-button"
        aria-label={`Try ${rule.name} earlier`}
        disabled={index === 0}
        onClick={() => onMove(-1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={`Try ${rule.name} later`}
        disabled={index === count - 1}
        onClick={() => onMove(1)}
      >
        <Icon name="down" />
      </button>
    </span>
  );
}
