type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Members that are undefined are not there: JSON drops them. */
const namesOf = (value: Members): string[] => Object.keys(value).filter((name) => value[name] !== undefined);

/**
 * Whether two values are the same as JSON. The order of an object's members does not count: PostgreSQL keeps jsonb in an
 * order of its own, so that a state never comes back as it was written. Asked several times for every quiet Sync.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = namesOf(a as Members);
  return (
    names.length === namesOf(b as Members).length &&
    names.every((name) => sameJson((a as Members)[name], (b as Members)[name]))
  );
}
