import { useState } from 'react';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceDetail, DeviceFolder } from '../../api/types.js';
import { Section } from '../../frame/page.js';
import { Empty } from '../../frame/states.js';
import { Badge } from '../../parts/badge.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { sayFilter } from './filter-words.js';
import { ResyncDialog } from './resync-dialog.js';

/** More repetitions than this are a loop. */
const LOOP = 2;

function State({ folder }: { readonly folder: DeviceFolder }) {
  const { syncKey, retries, cap, failing } = folder;
  return (
    <span className="badges">
      {syncKey === null ? <Badge tone="quiet">never synced</Badge> : <Badge tone="good">in sync</Badge>}
      {retries > LOOP && <Badge tone="bad">{`asked ${retries} times`}</Badge>}
      {cap !== null && <Badge tone="warn">{`held to ${cap} at a time`}</Badge>}
      {failing > 0 && <Badge tone="warn">{`${failing} failing`}</Badge>}
    </span>
  );
}

const columns: readonly Column<DeviceFolder>[] = [
  {
    title: 'Folder',
    isName: true,
    // The class below the name: the table stands beside the facts, and names need the room.
    cell: ({ name, id, itemClass }) => (
      <span>
        <strong>{name}</strong>
        <span className="under">
          {itemClass} <span className="mono">{id}</span>
        </span>
      </span>
    ),
  },
  { title: 'Items', align: 'end', cell: ({ items }) => items.toLocaleString('en') },
  { title: 'Looks back', isShort: true, cell: ({ filterType }) => sayFilter(filterType) },
  {
    title: 'State',
    cell: (folder) => (
      <span>
        <State folder={folder} />
        {folder.syncKey !== null && <span className="under mono">key {folder.syncKey}</span>}
      </span>
    ),
  },
];

/** What the phone knows of each folder. */
export function Folders({
  device,
  onChanged,
}: {
  readonly device: DeviceDetail;
  readonly onChanged: () => void;
}) {
  const { role } = useSession();
  const [folder, setFolder] = useState<DeviceFolder | null>(null);
  const resync: Column<DeviceFolder> = {
    title: 'Actions',
    align: 'end',
    cell: (row) => (
      <button type="button" className="button button-small" onClick={() => setFolder(row)}>
        Load again<span className="visually-hidden">: {row.name}</span>
      </button>
    ),
  };
  return (
    <Section title={`Folders (${device.folders.length})`} isFlush>
      {device.folders.length === 0 ? (
        <div className="card-body">
          <Empty icon="inbox" title="The phone has not asked for folders yet">
            <p>It does so right after the set-up, once it may sync and has taken its policy.</p>
          </Empty>
        </div>
      ) : (
        <DataTable
          caption="Folders on the device"
          columns={may(role, 'help') ? [...columns, resync] : columns}
          rows={device.folders}
          keyOf={({ id }) => id}
        />
      )}
      {folder && (
        <ResyncDialog
          device={device}
          wish={{ scope: 'folder', folder: folder.id }}
          onClose={() => setFolder(null)}
          onChanged={onChanged}
        />
      )}
    </Section>
  );
}
