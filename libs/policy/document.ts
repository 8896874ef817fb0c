import { createHash } from 'node:crypto';
import type { PolicySettings } from '#ops';

/** The settings as EASProvisionDoc wants them: by the specification's names, without those that ask for nothing. */
export type PolicyDocument = { readonly [Name in keyof PolicySettings]?: NonNullable<PolicySettings[Name]> };

/** The document of a policy (MS-ASPROV 2.2.2.28). A setting without a value is left out: no demand. */
export function policyDocument(settings: PolicySettings): PolicyDocument {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
}

/** Names a policy by its content, in whatever order its settings stand. Another policy has another name. */
export function policyName(settings: PolicySettings): string {
  const entries = Object.entries(policyDocument(settings)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 16);
}
