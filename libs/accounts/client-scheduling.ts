import { scheduledByClient } from '#formats';
import type { ObjectSource } from '#objects';

/**
 * A source whose server, if it schedules by itself, says nothing of what Godwit writes (RFC 6638 7.1): for tenants where
 * Godwit or the phones tell those who are invited (trap 89). An object that another program wrote is marked before it is
 * removed, for its removal would be told as well.
 */
export function clientScheduling(source: ObjectSource): ObjectSource {
  const put: ObjectSource['put'] = async (folder, name, text, over) => {
    const marked = (await source.schedulesItself()) ? scheduledByClient(text) : text;
    const written = await source.put(folder, name, marked, over);
    // What was stored is not what was given.
    return marked === text ? written : { version: null };
  };
  const remove: ObjectSource['remove'] = async (folder, name, over) => {
    if (!(await source.schedulesItself())) return source.remove(folder, name, over);
    return source.remove(folder, name, await marked(source, folder, name, over));
  };
  const methods: Readonly<Record<string, unknown>> = { put, remove };
  return new Proxy(source, {
    get(target, key) {
      if (typeof key === 'string' && Object.hasOwn(methods, key)) return methods[key];
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => Reflect.apply(member, target, args);
    },
  });
}

/** Marks the object, if that is to do. Returns the version that is to be removed. Throws `conflict` as put does. */
async function marked(
  source: ObjectSource,
  folder: string,
  name: string,
  over: string | null,
): Promise<string | null> {
  for await (const object of source.fetch(folder, [name])) {
    if (!('text' in object) || (over !== null && over !== object.version)) return over;
    const text = scheduledByClient(object.text);
    if (text === object.text) return over;
    const { version } = await source.put(folder, name, text, object.version);
    // Who does not tell versions is not asked to compare them.
    return over === null ? null : version;
  }
  return over;
}
