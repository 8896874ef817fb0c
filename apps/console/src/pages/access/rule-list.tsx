import { useState } from 'react';
import { api } from '../../api/client.js';
import type { AccessRule } from '../../api/types.js';
import { Icon } from '../../frame/icon.js';
import { Section } from '../../frame/page.js';
import { useQuestion, type Question } from '../../frame/question.js';
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
  return (
    <Section title={tenant === null ? 'For all tenants, after their own rules' : `Rules of ${tenant}`}>
      {error !== null && <Failure error={error} />}
      <ol className="rules">
        {rules.map((rule, index) => (
          <li key={rule.id} data-off={!rule.enabled || undefined}>
            <span className="rule-place" aria-hidden="true">
              {index + 1}
            </span>
            <RuleText rule={rule} />
            {onEdit && (
              <RuleActions
                rule={rule}
                index={index}
                count={rules.length}
                onPut={(changed, done) => void put(rule, changed, done)}
                onMove={(step) => {
                  const neighbour = rules[index + step];
                  if (neighbour)
                    void put(rule, { position: neighbour.position }, `${rule.name} has another place.`);
                }}
                onEdit={() => onEdit(rule)}
                onRemove={() => ask(removalOf(rule))}
              />
            )}
          </li>
        ))}
      </ol>
      {dialog}
    </Section>
  );
}

const removalOf = ({ id, name }: AccessRule): Question => ({
  title: 'Remove this rule?',
  text: (
    <p>
      <strong>{name}</strong> is tried no longer. Devices it decided about are judged anew by the rules that
      remain.
    </p>
  ),
  action: 'Remove rule',
  isDangerous: true,
  done: 'The rule is removed.',
  act: (reason) => api.call('DELETE /access-rules/{rule}', { params: { rule: id }, body: { reason } }),
});

function RuleText({ rule }: { readonly rule: AccessRule }) {
  return (
    <div className="rule-text">
      <p>
        <strong>{rule.name}</strong> <StandingBadge standing={rule.action} />{' '}
        {rule.exempt && <Badge tone="info">without a policy too</Badge>}{' '}
        {!rule.enabled && <Badge tone="quiet">switched off</Badge>}
      </p>
      <Conditions rule={rule} />
    </div>
  );
}

function RuleActions({
  rule,
  index,
  count,
  onPut,
  onMove,
  onEdit,
  onRemove,
}: {
  readonly rule: AccessRule;
  readonly index: number;
  readonly count: number;
  readonly onPut: (changed: Partial<AccessRule>, done: string) => void;
  readonly onMove: (step: -1 | 1) => void;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}) {
  const { name, enabled } = rule;
  const verb = enabled ? 'Switch off' : 'Switch on';
  return (
    <div className="row-actions">
      <Move rule={rule} index={index} count={count} onMove={onMove} />
      <button
        type="button"
        className="button button-small"
        aria-label={`${verb} ${name}`}
        onClick={() => onPut({ enabled: !enabled }, `${name} is switched ${enabled ? 'off' : 'on'}.`)}
      >
        {verb}
      </button>
      <button type="button" className="button button-small" aria-label={`Edit ${name}`} onClick={onEdit}>
        Edit
      </button>
      <button
        type="button"
        className="button button-small button-quiet-danger"
        aria-label={`Remove ${name}`}
        onClick={onRemove}
      >
        Remove
      </button>
    </div>
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
