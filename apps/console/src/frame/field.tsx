import { createContext, useContext, useId, type ReactNode } from 'react';
import type { Trouble } from '../api/problem.js';

type FieldTroubles = Trouble['fields'];
const Troubles = createContext<FieldTroubles>([]);

/** Around a form: what the server found wrong is shown at the fields it belongs to. */
export function FieldTroubles({
  fields,
  children,
}: {
  readonly fields: FieldTroubles;
  readonly children: ReactNode;
}) {
  return <Troubles value={fields}>{children}</Troubles>;
}

/** What is wrong with the field of this path, as the API names it: `settings.MaxInactivityTimeDeviceLock`. */
export function useTrouble(path: string | undefined): string | null {
  const fields = useContext(Troubles);
  return fields.find((field) => field.path === path)?.message ?? null;
}

/** What an input is given so that it is read out with what stands around it. */
export interface Described {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** A label, an input, what helps to fill it, and what is wrong with it. */
export function Field({
  label,
  path,
  hint,
  children,
}: {
  readonly label: ReactNode;
  /** As the API names the field. */
  readonly path?: string;
  readonly hint?: ReactNode;
  readonly children: (described: Described) => ReactNode;
}) {
  const id = useId();
  const trouble = useTrouble(path);
  const told = [hint !== undefined && `${id}-hint`, trouble !== null && `${id}-trouble`].filter(Boolean);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': told.length > 0 ? told.join(' ') : undefined,
        'aria-invalid': trouble === null ? undefined : true,
      })}
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {trouble !== null && (
        <p className="field-trouble" id={`${id}-trouble`}>
          {trouble}
        </p>
      )}
    </div>
  );
}

/** A line of text. */
export function TextField({
  label,
  path,
  hint,
  value,
  onChange,
  type = 'text',
  placeholder,
  maxLength = 200,
  list,
  autoComplete = 'off',
  isVerbatim = false,
}: {
  readonly label: ReactNode;
  readonly path?: string;
  readonly hint?: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'date';
  readonly placeholder?: string;
  readonly maxLength?: number;
  /** Id of a datalist with proposals. */
  readonly list?: string;
  readonly autoComplete?: string;
  /** For names of machines: no spelling, no capitals of the keyboard's own. */
  readonly isVerbatim?: boolean;
}) {
  return (
    <Field label={label} path={path} hint={hint}>
      {(described) => (
        <input
          {...described}
          type={type}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          placeholder={placeholder}
          maxLength={type === 'date' ? undefined : maxLength}
          list={list}
          autoComplete={autoComplete}
          {...(isVerbatim && { spellCheck: false, autoCapitalize: 'off' })}
        />
      )}
    </Field>
  );
}

/** One of some values. */
export function SelectField<V extends string>({
  label,
  path,
  hint,
  value,
  choices,
  onChange,
}: {
  readonly label: ReactNode;
  readonly path?: string;
  readonly hint?: ReactNode;
  readonly value: V;
  readonly choices: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
}) {
  return (
    <Field label={label} path={path} hint={hint}>
      {(described) => (
        <select
          {...described}
          value={value}
          onChange={({ target }) => {
            const chosen = choices.find((choice) => choice.value === target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Yes or no, with what it means. */
export function CheckField({
  label,
  hint,
  checked,
  onChange,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label className="choice">
      <input type="checkbox" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      <span>
        <strong>{label}</strong>
        {hint}
      </span>
    </label>
  );
}
