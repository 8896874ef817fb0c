import { useId } from 'react';
import type { PolicySetting } from '../../api/types.js';
import { useTrouble } from '../../frame/field.js';
import { Badge } from '../../parts/badge.js';
import { isDefault, readable, sayDefault, writtenOf, type Written } from './settings-draft.js';

/** One setting: what it means, its default, how old a phone may be that knows it, and its value. */
export function SettingField({
  setting,
  written = writtenOf(setting, setting.default),
  isReadOnly,
  onChange,
}: {
  readonly setting: PolicySetting;
  /** Undefined: untouched, its default. */
  readonly written: Written | undefined;
  readonly isReadOnly: boolean;
  /** Undefined: back to the default. */
  readonly onChange: (written: Written | undefined) => void;
}) {
  const id = useId();
  const trouble = useTrouble(`settings.${setting.name}`);
  const differs = !isDefault(setting, written);
  return (
    <div className="setting" data-differs={differs || undefined} data-trouble={trouble !== null || undefined}>
      <div>
        <label htmlFor={id} title={setting.name}>
          {readable(setting.name)}
        </label>{' '}
        {differs && <Badge tone="info">changed</Badge>}
        <p className="hint" id={`${id}-meaning`}>
          {setting.meaning} Default: {sayDefault(setting)}. Since protocol {setting.since}.
          {trouble !== null && <strong className="field-trouble">{trouble}</strong>}
        </p>
      </div>
      <div className="setting-value">
        <Input {...{ id, setting, written, isReadOnly, onChange }} isWrong={trouble !== null} />
        {differs && !isReadOnly && (
          <button
            type="button"
            className="button button-plain button-small"
            aria-label={`Back to the default: ${readable(setting.name)}`}
            onClick={() => onChange(undefined)}
          >
            Default
          </button>
        )}
      </div>
    </div>
  );
}

function Input({
  id,
  setting: { kind, min, max, values, nullable },
  written,
  isReadOnly,
  isWrong,
  onChange,
}: {
  readonly id: string;
  readonly setting: PolicySetting;
  readonly written: Written;
  readonly isReadOnly: boolean;
  readonly isWrong: boolean;
  readonly onChange: (written: Written) => void;
}) {
  const told = {
    id,
    'aria-describedby': `${id}-meaning`,
    'aria-invalid': isWrong || undefined,
    disabled: isReadOnly,
  };
  if (typeof written === 'boolean')
    return (
      <input
        {...told}
        type="checkbox"
        className="switch"
        role="switch"
        checked={written}
        onChange={({ target }) => onChange(target.checked)}
      />
    );
  if (kind === 'choice')
    return (
      <select {...told} value={written} onChange={({ target }) => onChange(target.value)}>
        {nullable && <option value="">no limit</option>}
        {(values ?? []).map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    );
  if (kind === 'texts')
    return (
      <textarea
        {...told}
        rows={3}
        value={written}
        placeholder="one a line"
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  return (
    <input
      {...told}
      type="text"
      inputMode="numeric"
      value={written}
      placeholder={nullable ? 'no limit' : rangeOf(min, max)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

const rangeOf = (min: number | null, max: number | null): string => `${min ?? ''} to ${max ?? 'any'}`.trim();
