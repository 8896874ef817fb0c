import { createHash } from 'node:crypto';
import type { PolicySettings } from '#ops';

type Lists = 'UnapprovedInROMApplicationList' | 'ApprovedApplicationList';

/** The settings as EASProvisionDoc wants them: by the specification's names, without those that ask for nothing. */
export type PolicyDocument = {
  readonly [Name in Exclude<keyof PolicySettings, Lists>]?: NonNullable<PolicySettings[Name]>;
} & {
  readonly UnapprovedInROMApplicationList?: { readonly ApplicationName: readonly string[] };
  readonly ApprovedApplicationList?: { readonly Hash: readonly string[] };
};

/**
 * The document of a policy (MS-ASPROV 2.2.2.28). A setting without a value is left out: no demand. What a version does not
 * know the codec leaves out: 12.0 has the settings of the password and of attachments only.
 */
export function policyDocument(settings: PolicySettings): PolicyDocument {
  const { UnapprovedInROMApplicationList: names, ApprovedApplicationList: hashes, ...plain } = settings;
  return {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== null)),
    ...(names !== null && { UnapprovedInROMApplicationList: { ApplicationName: names } }),
    ...(hashes !== null && { ApprovedApplicationList: { Hash: hashes } }),
  };
}

/** Names a policy by its content, in whatever order its settings stand. Another policy has another name. */
export function policyName(settings: PolicySettings): string {
  const entries = Object.entries(policyDocument(settings)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64url').slice(0, 16);
}
