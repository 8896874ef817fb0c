import { FilterBar, SearchField, SelectFilter, type Choice, type FilterValues } from '../../parts/filters.js';

type Change = (changed: Readonly<Record<string, string | undefined>>, isTyping?: boolean) => void;

const same = (...values: string[]): Choice[] => values.map((value) => ({ value, label: value }));

const selects: readonly {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly Choice[];
}[] = [
  { name: 'standing', label: 'Access', choices: same('allowed', 'quarantined', 'blocked') },
  {
    name: 'policyState',
    label: 'Policy',
    choices: [
      ...same('applied', 'pending', 'refused'),
      { value: 'partial', label: 'applied in part' },
      { value: 'none', label: 'none' },
    ],
  },
  {
    name: 'wipe',
    label: 'Wipe',
    choices: [
      { value: 'waiting', label: 'waits for approval' },
      { value: 'requested', label: 'waits for the phone' },
      { value: 'sent', label: 'sent' },
      { value: 'confirmed', label: 'done' },
      { value: 'failed', label: 'failed' },
    ],
  },
  {
    name: 'seen',
    label: 'Seen',
    choices: [
      { value: 'hour', label: 'within an hour' },
      { value: 'day', label: 'within a day' },
      { value: 'not-week', label: 'not for a week' },
      { value: 'not-month', label: 'not for a month' },
    ],
  },
  {
    name: 'protocolVersion',
    label: 'EAS',
    choices: same('16.1', '16.0', '14.1', '14.0', '12.1', '12.0', '2.5'),
  },
  { name: 'failing', label: 'Errors', choices: [{ value: 'true', label: 'only with an error' }] },
];

/** Filters that came with a link and have no field of their own: shown, and taken away one by one. */
const others = ['tenant', 'user', 'model', 'os', 'deviceType', 'seenAfter', 'seenBefore'];

export function DeviceFilters({
  values,
  onChange,
  onClear,
}: {
  readonly values: FilterValues;
  readonly onChange: Change;
  readonly onClear: (() => void) | undefined;
}) {
  return (
    <FilterBar onClear={onClear}>
      <SearchField
        label="User, model, name or device id"
        value={values['q'] ?? ''}
        onChange={(q) => onChange({ q }, true)}
      />
      {selects.map(({ name, label, choices }) => (
        <SelectFilter
          key={name}
          label={label}
          value={values[name]}
          choices={choices}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
      {others
        .filter((name) => values[name] !== undefined)
        .map((name) => (
          <button key={name} type="button" className="chip" onClick={() => onChange({ [name]: undefined })}>
            {name}: <strong>{values[name]}</strong>
            <span aria-hidden="true"> ✕</span>
            <span className="visually-hidden"> (remove this filter)</span>
          </button>
        ))}
    </FilterBar>
  );
}
