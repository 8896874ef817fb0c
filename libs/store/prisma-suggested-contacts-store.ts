import type { Connection } from './connection.js';
import { guarded } from './errors.js';
import type { Statement } from './statements.js';
import { MOST_SUGGESTIONS, type SuggestedContactsStore, type Suggestion } from './suggested-contacts.js';

const record: Statement = {
  name: 'suggestions_record',
  text: `INSERT INTO suggested_contacts (account, address, name)
   SELECT $1, address, name FROM unnest($2::text[], $3::text[]) AS told (address, name)
   ON CONFLICT (account, address) DO UPDATE SET
     name = COALESCE(EXCLUDED.name, suggested_contacts.name),
     uses = suggested_contacts.uses + 1,
     last_used = CURRENT_TIMESTAMP`,
};

const sweep: Statement = {
  name: 'suggestions_sweep',
  text: `DELETE FROM suggested_contacts WHERE account = $1 AND address IN (
     SELECT address FROM suggested_contacts WHERE account = $1
     ORDER BY last_used DESC, address OFFSET $2)`,
};

/** SuggestedContactsStore on PostgreSQL. */
export class PrismaSuggestedContactsStore implements SuggestedContactsStore {
  /** The connection is asked for with each call: a process that needs nothing of it never opens it. */
  constructor(private readonly connection: () => Promise<Connection>) {}

  async record(
    account: string,
    people: readonly { readonly address: string; readonly name: string | null }[],
  ): Promise<void> {
    // One row a statement: the same address twice in a mail is one person.
    const byAddress = new Map(people.map(({ address, name }) => [address, name]));
    if (byAddress.size === 0) return;
    const connection = await this.connection();
    await connection.query(record, [account, [...byAddress.keys()], [...byAddress.values()]]);
    await connection.query(sweep, [account, MOST_SUGGESTIONS]);
  }

  async list(account: string): Promise<Suggestion[]> {
    const { prisma } = await this.connection();
    return guarded(() =>
      prisma.suggestedContact.findMany({
        where: { account },
        select: { address: true, name: true, uses: true },
        orderBy: { address: 'asc' },
      }),
    );
  }
}
