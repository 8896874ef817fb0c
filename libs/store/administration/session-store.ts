import type { Statement } from '../statements.js';
import type { OpenConnection } from './open-connection.js';

const end: Statement = {
  name: 'session_end',
  text: 'INSERT INTO ended_sessions (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
};
const isEnded: Statement = { name: 'session_is_ended', text: 'SELECT 1 FROM ended_sessions WHERE id = $1' };

/** Sessions live in cookies; this remembers those that were ended before their time. */
export class SessionStore {
  constructor(private readonly open: OpenConnection) {}

  /** `expiresAt`: when nobody would believe it any more anyway. */
  async end(id: string, expiresAt: Date): Promise<void> {
    await (await this.open()).query(end, [id, expiresAt]);
  }

  async isEnded(id: string): Promise<boolean> {
    return (await (await this.open()).query(isEnded, [id])).length > 0;
  }
}
