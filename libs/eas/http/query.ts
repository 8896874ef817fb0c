import type { CommandName } from '../commands/registry.js';

/** What the query string of a POST says, in either form (MS-ASHTTP 2.2.1.1.1). */
export interface Query {
  readonly command: CommandName;
  /** The base64 form names the user only if the phone likes to; it need not be the login (trap 3). */
  readonly user: string | undefined;
  /** In lower case: phones change its case between requests (quirks 4.5). */
  readonly deviceId: string;
  readonly deviceType: string;
  /** Times ten. Only in the base64 form; else the header MS-ASProtocolVersion has it. */
  readonly version: number | undefined;
  /** Only in the base64 form; else the header X-MS-PolicyKey has it. */
  readonly policyKey: string | undefined;
  /** Windows locale id; only in the base64 form. */
  readonly locale: number | undefined;
  readonly collectionId: string | undefined;
  readonly itemId: string | undefined;
  readonly longId: string | undefined;
  readonly attachmentName: string | undefined;
  readonly occurrence: string | undefined;
  readonly saveInSent: boolean;
  /** Only in the base64 form; else the header MS-ASAcceptMultiPart has it. */
  readonly acceptMultiPart: boolean;
}
