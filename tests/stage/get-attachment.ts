import { formatVersion } from '#eas';
import type { Phone } from '#phone';

/** GetAttachment (MS-ASCMD 2.2.1.7): a request without a document, answered by the bytes as they are. Up to 12.1. */
export async function getAttachment(
  phone: Phone,
  reference: string,
): Promise<{ http: number; contentType: string | null; data: Buffer }> {
  const { user, password, deviceId, deviceType, version } = phone.link.identity;
  const url = new URL(phone.link.url);
  url.search = new URLSearchParams({
    Cmd: 'GetAttachment',
    AttachmentName: reference,
    User: user,
    DeviceId: deviceId,
    DeviceType: deviceType,
  }).toString();
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'MS-ASProtocolVersion': formatVersion(version),
      'X-MS-PolicyKey': phone.policyKey ?? '0',
    },
  });
  const data = Buffer.from(await answer.arrayBuffer());
  return { http: answer.status, contentType: answer.headers.get('content-type'), data };
}
