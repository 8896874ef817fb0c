import { useState } from 'react';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { DeviceDetail, SetAsideItem } from '../../api/types.js';
import { ConfirmDialog } from '../../frame/dialog.js';
import { Section } from '../../frame/page.js';
import { useToast } from '../../frame/toasts.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';

const columns: readonly Column<SetAsideItem>[] = [
  {
    title: 'Item',
    isName: true,
    cell: ({ item, folder, folderName }) => (
      <span>
        <span className="mono">{item}</span>
        <span className="under">in {folderName ?? folder}</span>
      </span>
    ),
  },
  { title: 'Reason', cell: ({ reason }) => reason },
  { title: 'Tries', align: 'end', cell: ({ failures }) => failures },
  { title: 'Since', isShort: true, cell: ({ at }) => <Ago at={at} /> },
];

/** Items the phone could not be given. Not shown where there are none. */
export function SetAside({
  device,
  onChanged,
}: {
  readonly device: DeviceDetail;
  readonly onChanged: () => void;
}) {
  const { role } = useSession();
  const say = useToast();
  /** One item, or all. */
  const [wish, setWish] = useState<SetAsideItem | 'all' | null>(null);
  const { setAside } = device;
  if (setAside.length === 0) return null;
  const retry: Column<SetAsideItem> = {
    title: 'Actions',
    align: 'end',
    cell: (item) => (
      <button type="button" className="button button-small" onClick={() => setWish(item)}>
        Offer again<span className="visually-hidden">: item {item.item}</span>
      </button>
    ),
  };
  const offer = async (reason: string | undefined): Promise<void> => {
    const chosen = wish === 'all' || wish === null ? {} : { folder: wish.folder, item: wish.item };
    const { retried } = await api.call('POST /devices/{device}/set-aside/retry', {
      params: { device: device.id },
      body: { ...chosen, reason },
    });
    say(`${retried} ${retried === 1 ? 'item is' : 'items are'} offered again with the next sync.`);
    onChanged();
  };
  return (
    <Section
      title={`Set-aside items (${setAside.length})`}
      isFlush
      actions={
        may(role, 'help') && (
          <button type="button" className="button button-small" onClick={() => setWish('all')}>
            Offer all again
          </button>
        )
      }
    >
      <DataTable
        caption="Items that could not be given to the device"
        columns={may(role, 'help') ? [...columns, retry] : columns}
        rows={setAside}
        keyOf={({ folder, item }) => `${folder} ${item}`}
      />
      {wish !== null && (
        <ConfirmDialog
          title={wish === 'all' ? `Offer ${setAside.length} items again?` : 'Offer this item again?'}
          action="Offer again"
          onConfirm={({ reason }) => offer(reason)}
          onClose={() => setWish(null)}
        >
          <p>
            The phone is given {wish === 'all' ? 'them' : 'it'} with its next sync. What fails three times
            more is set aside again; nothing else of the folder waits for it.
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
