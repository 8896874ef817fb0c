import { isScheduledByServer, scheduledByClient } from '#formats';
import type { ObjectSource } from '#objects';

/**
 * A source whose server, if it schedules by itself, says nothing of the meetings that are made here (RFC 6638 7.1): for
 * tenants where Godwit or the phones tell those who are invited (trap 89). A meeting of another program that the server
 * tells of already stays the server's.
 */
export function clientScheduling(source: ObjectSource): ObjectSource {
  const put: ObjectSource['put'] = async (folder, name, text, over) => {
    const isOurs =
      (await source.schedulesItself()) && !(over !== null && (await isServers(source, folder, name)));
    const marked = isOurs ? scheduledByClient(text) : text;
    const written = await source.put(folder, name, marked, over);
    // What was stored is not what was given.
    return marked === text ? written : { version: null };
  };
  return new Proxy(source, {
    get(target, key) {
      if (key === 'put') return put;
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => Reflect.apply(member, target, args);
    },
  });
}

async function isServers(source: ObjectSource, folder: string, name: string): Promise<boolean> {
  for await (const object of source.fetch(folder, [name]))
    return 'text' in object && isScheduledByServer(object.text);
  return false;
}
