/** Milliseconds in which the same thing is told once. */
const INTERVAL = 10_000;
/** Different texts that are remembered: some name a port that is another one each time. */
const MOST = 100;

/**
 * Passes on each text once in `interval` milliseconds at most, with how often it came since it was last passed on: when a
 * server is away every connection to it complains several times a second, and the log should be readable just then.
 */
export function seldom(
  tell: (text: string, times: number) => void,
  { interval = INTERVAL, now = (): number => performance.now() } = {},
): (text: string) => void {
  const told = new Map<string, { at: number; since: number }>();
  return (text) => {
    const last = told.get(text);
    const time = now();
    if (last && time - last.at < interval) {
      last.since += 1;
      return;
    }
    told.delete(text);
    for (const oldest of told.keys()) if (told.size >= MOST) told.delete(oldest);
    told.set(text, { at: time, since: 0 });
    tell(text, (last?.since ?? 0) + 1);
  };
}
