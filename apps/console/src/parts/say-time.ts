const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, roughly: `now`, `5 min ago`, `3 h ago`, `yesterday`, `12 days ago`; a date beyond a month. */
export function sayAgo(at: number, now: number): string {
  const past = now - at;
  if (past < 0) return past > -MINUTE ? 'now' : `in ${sayDuration(-past)}`;
  if (past < 45_000) return 'now';
  if (past < HOUR) return `${Math.max(1, Math.round(past / MINUTE))} min ago`;
  if (past < DAY) return `${Math.round(past / HOUR)} h ago`;
  if (past < 2 * DAY) return 'yesterday';
  if (past < 31 * DAY) return `${Math.floor(past / DAY)} days ago`;
  return new Date(at).toISOString().slice(0, 10);
}

/** `12 s`, `4 min`, `2 h 5 min`, `3 days`. */
export function sayDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / 1000)} s`;
  if (milliseconds < HOUR) return `${Math.round(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) {
    const hours = Math.floor(milliseconds / HOUR);
    const minutes = Math.round((milliseconds - hours * HOUR) / MINUTE);
    return minutes === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes} min`;
  }
  return `${Math.round(milliseconds / DAY)} days`;
}

/** A running clock: `0:07`, `12:40`, `1:02:03`. */
export function sayClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `812 B`, `14 MB`, `1.2 GB`. */
export function sayBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
