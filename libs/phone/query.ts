import { buildBase64Query, type CommandName } from '#eas';

export type QueryForm = 'plain' | 'base64';

/** What the query string of a request tells, in either form (MS-ASHTTP 2.2.1.1.1). */
export interface QueryContent {
  readonly command: CommandName;
  readonly user: string;
  readonly deviceId: string;
  readonly deviceType: string;
  /** Times ten. */
  readonly version: number;
  readonly policyKey: string | undefined;
  readonly acceptMultiPart: boolean;
  /** Of the commands that are no WBXML up to 12.1. */
  readonly saveInSent: boolean;
  readonly attachmentName: string | undefined;
  readonly collectionId: string | undefined;
  readonly itemId: string | undefined;
}

export const buildQuery = (form: QueryForm, content: QueryContent): string =>
  form === 'base64' ? encodeURIComponent(buildBase64Query(content)) : plainQuery(content);

function plainQuery({
  command,
  user,
  deviceId,
  deviceType,
  saveInSent,
  attachmentName,
  collectionId,
  itemId,
}: QueryContent): string {
  const parameters = new URLSearchParams({
    Cmd: command,
    User: user,
    DeviceId: deviceId,
    DeviceType: deviceType,
    ...(saveInSent && { SaveInSent: 'T' }),
    ...(attachmentName !== undefined && { AttachmentName: attachmentName }),
    ...(collectionId !== undefined && { CollectionId: collectionId }),
    ...(itemId !== undefined && { ItemId: itemId }),
  });
  return parameters.toString();
}
