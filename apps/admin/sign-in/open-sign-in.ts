import type { AdministrationStores } from '#store';
import type { Core } from '../../assembly/core.js';
import { StoredAuditor } from '../audit/auditor.js';
import { OidcProvider } from '../oidc/oidc-provider.js';
import { Limits } from './limits.js';
import { Sessions } from './sessions.js';
import type { SignInParts } from './sign-in-parts.js';
import { TokenJudge } from './token-judge.js';

/** Puts together what it takes to know who calls. */
export function openSignIn(
  { configuration, sealer, log, guesses }: Core,
  stores: AdministrationStores,
  firstToken: string | null,
): SignInParts {
  const { admin } = configuration;
  const tokens = new TokenJudge(firstToken, stores.tokens);
  return {
    tokens,
    sessions: new Sessions({ sealer, tokens, ended: stores.sessions, configuration }),
    limits: new Limits(configuration.admin, guesses),
    auditor: new StoredAuditor(stores.audit, log),
    oidc: admin.oidc && admin.publicUrl !== undefined ? new OidcProvider(admin.oidc, admin.publicUrl) : null,
    settings: configuration.admin,
  };
}
