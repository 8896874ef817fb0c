import { useEffect, useState, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { Icon } from '../frame/icon.js';

export type FilterValues = Readonly<Record<string, string>>;

/**
 * The filters of a page, kept in its address: it can be bookmarked, sent to a colleague, and Back undoes a filter. Only
 * the named ones are read.
 */
export function useFilters(names: readonly string[]) {
  const [search, setSearch] = useSearchParams();
  const values: Record<string, string> = {};
  for (const name of names) {
    const value = search.get(name);
    if (value) values[name] = value;
  }
  const change = (changed: Readonly<Record<string, string | undefined>>, isTyping = false): void =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changed))
          if (value === undefined || value === '') next.delete(name);
          else next.set(name, value);
        return next;
      },
      // Each letter typed is not a step to go back.
      { replace: isTyping },
    );
  const clear = (): void => change(Object.fromEntries(names.map((name) => [name, undefined])));
  return { values: values as FilterValues, change, clear, isFiltered: Object.keys(values).length > 0 };
}

/** Milliseconds after the last letter before the server is asked. */
const SETTLE = 250;

/** A search field; `/` goes there from anywhere on the page. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), SETTLE);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <label className="search-field">
      <span className="visually-hidden">{label}</span>
      <Icon name="search" />
      <input
        type="search"
        value={text}
        placeholder={label}
        onChange={({ target }) => setText(target.value)}
        maxLength={200}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One of some values, or any. */
export function SelectFilter({
  label,
  value,
  choices,
  onChange,
  any = 'any',
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string | undefined) => void;
  readonly any?: string;
}) {
  return (
    <label className="select-filter" data-active={value !== undefined || undefined}>
      <span>{label}</span>
      <select value={value ?? ''} onChange={({ target }) => onChange(target.value || undefined)}>
        <option value="">{any}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

export function FilterBar({
  children,
  onClear,
}: {
  readonly children: ReactNode;
  /** Given while something is filtered. */
  readonly onClear?: () => void;
}) {
  return (
    <div className="filters" role="search">
      {children}
      {onClear && (
        <button type="button" className="button button-plain" onClick={onClear}>
          <Icon name="close" /> Clear
        </button>
      )}
    </div>
  );
}
