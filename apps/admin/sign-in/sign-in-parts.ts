import type { Configuration } from '#ops';
import type { StoredAuditor } from '../audit/auditor.js';
import type { OidcProvider } from '../oidc/oidc-provider.js';
import type { Limits } from './limits.js';
import type { Sessions } from './sessions.js';
import type { TokenJudge } from './token-judge.js';

/** What it takes to know who calls. */
export interface SignInParts {
  readonly tokens: TokenJudge;
  readonly sessions: Sessions;
  readonly limits: Limits;
  readonly auditor: StoredAuditor;
  /** The identity provider of the configuration. */
  readonly oidc: OidcProvider | null;
  readonly settings: Configuration['admin'];
}
