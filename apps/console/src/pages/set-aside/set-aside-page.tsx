import { Link } from 'wouter';
import { api } from '../../api/client.js';
import { may } from '../../api/rights.js';
import { useSession } from '../../api/session.js';
import type { SetAsideItem } from '../../api/types.js';
import { usePages } from '../../api/use-pages.js';
import { Page } from '../../frame/page.js';
import { useQuestion, type Question } from '../../frame/question.js';
import { Empty, Failure, Skeleton } from '../../frame/states.js';
import { DataTable, More, type Column } from '../../parts/data-table.js';
import { Ago } from '../../parts/time.js';

const columns: readonly Column<SetAsideItem>[] = [
  {
    title: 'User',
    isName: true,
    cell: ({ device, user, deviceId }) => (
      <>
        <Link href={`/devices/${device}`} className="row-link">
          {user}
        </Link>
        <span className="under mono">{deviceId}</span>
      </>
    ),
  },
  {
    title: 'Item',
    cell: ({ item, folder, folderName }) => (
      <span>
        {folderName ?? folder}
        <span className="under mono">{item}</span>
      </span>
    ),
  },
  { title: 'Reason', cell: ({ reason }) => reason },
  { title: 'Tries', isShort: true, align: 'end', cell: ({ failures }) => failures },
  { title: 'Since', isShort: true, cell: ({ at }) => <Ago at={at} /> },
];

/** Asks before items are offered again: one, or all of its device. */
function questionFor({ device, folder, item, user }: SetAsideItem, isAll: boolean): Question {
  const body = isAll ? {} : { folder, item };
  return {
    title: isAll ? 'Offer all items of this device again?' : 'Offer this item again?',
    text: (
      <p>
        The phone of <strong>{user}</strong> is given {isAll ? 'them' : 'it'} with its next sync. What fails
        three times more is set aside again; nothing else of the folder waits for it.
      </p>
    ),
    action: 'Offer again',
    done: isAll ? 'They are offered again with the next sync.' : 'It is offered again with the next sync.',
    act: (reason) =>
      api.call('POST /devices/{device}/set-aside/retry', { params: { device }, body: { ...body, reason } }),
  };
}

/** What phones could not be given, of all devices. */
export function SetAsidePage() {
  const { role } = useSession();
  const pages = usePages('GET /set-aside', {});
  const { items, reload } = pages;
  const { ask, dialog } = useQuestion(reload);
  const retry: Column<SetAsideItem> = {
    title: 'Actions',
    align: 'end',
    cell: (item) => (
      <span className="row-actions">
        <button
          type="button"
          className="button button-small"
          aria-label={`Offer again: item ${item.item}`}
          onClick={() => ask(questionFor(item, false))}
        >
          Offer again
        </button>
        <button
          type="button"
          className="button button-small"
          aria-label={`All of device of ${item.user}: offer again`}
          onClick={() => ask(questionFor(item, true))}
        >
          All of device
        </button>
      </span>
    ),
  };
  return (
    <Page
      title="Set aside"
      lead="Items that failed three times on a phone. They are left out, so that everything else goes on."
    >
      {Boolean(pages.error) && <Failure error={pages.error} retry={reload} />}
      {items === null && !pages.error && <Skeleton lines={8} />}
      {items?.length === 0 && (
        <Empty icon="check" title="Nothing is set aside">
          <p>Every phone was given everything it asked for.</p>
        </Empty>
      )}
      {items !== null && items.length > 0 && (
        <DataTable
          caption="Items that are set aside"
          columns={may(role, 'help') ? [...columns, retry] : columns}
          rows={items}
          keyOf={({ device, folder, item }) => `${device} ${folder} ${item}`}
        />
      )}
      <More pages={pages} />
      {dialog}
    </Page>
  );
}
