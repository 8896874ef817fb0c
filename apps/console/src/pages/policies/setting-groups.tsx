import { useState } from 'react';
import type { PolicySetting } from '../../api/types.js';
import { Section } from '../../frame/page.js';
import { Empty } from '../../frame/states.js';
import { Badge } from '../../parts/badge.js';
import { SearchField } from '../../parts/filters.js';
import { SettingField } from './setting-field.js';
import { groupNames, isDefault, type Draft, type Written } from './settings-draft.js';

/** Every setting, in its group; a search finds it by name and by what it means. */
export function SettingGroups({
  catalogue,
  draft,
  isReadOnly,
  onChange,
}: {
  readonly catalogue: readonly PolicySetting[];
  readonly draft: Draft;
  readonly isReadOnly: boolean;
  readonly onChange: (change: (draft: Draft) => Draft) => void;
}) {
  const [q, setQ] = useState('');
  const [onlyChanged, setOnly] = useState(false);
  const differs = (setting: PolicySetting): boolean => {
    const written = draft[setting.name];
    return written !== undefined && !isDefault(setting, written);
  };
  const shown = catalogue.filter(
    (setting) =>
      (!onlyChanged || differs(setting)) &&
      `${setting.name} ${setting.meaning}`.toLowerCase().includes(q.trim().toLowerCase()),
  );
  const change = (name: string, written: Written | undefined): void =>
    onChange((before) => {
      if (written !== undefined) return { ...before, [name]: written };
      const { [name]: _, ...rest } = before;
      return rest;
    });
  return (
    <>
      <div className="filters" role="search">
        <SearchField label="Find a setting" value={q} onChange={setQ} />
        <div className="segments" role="group" aria-label="Settings that are shown">
          <button type="button" aria-pressed={!onlyChanged} onClick={() => setOnly(false)}>
            All
          </button>
          <button type="button" aria-pressed={onlyChanged} onClick={() => setOnly(true)}>
            Changed
          </button>
        </div>
      </div>
      {shown.length === 0 && (
        <Empty icon="search" title={q === '' ? 'Nothing differs from the defaults' : 'No such setting'} />
      )}
      {Object.entries(groupNames).map(([group, title]) => {
        const members = shown.filter((setting) => setting.group === group);
        if (members.length === 0) return null;
        const changed = members.filter((setting) => differs(setting)).length;
        return (
          <Section
            key={group}
            title={title}
            actions={changed > 0 ? <Badge tone="info">{`${changed} changed`}</Badge> : undefined}
          >
            <div className="settings">
              {members.map((setting) => (
                <SettingField
                  key={setting.name}
                  setting={setting}
                  written={draft[setting.name]}
                  isReadOnly={isReadOnly}
                  onChange={(written) => change(setting.name, written)}
                />
              ))}
            </div>
          </Section>
        );
      })}
    </>
  );
}
