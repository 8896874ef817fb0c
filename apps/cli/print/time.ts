const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-03-01 14:05`, in the time zone of whoever reads it; empty for null. */
export function timeOf(iso: string | number | null | undefined): string {
  if (iso === null || iso === undefined) return '';
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return String(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `12s`, `4m10s`, `2h03m`, `3d04h`: how long something lasts, given in milliseconds. */
export function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
  return `${Math.floor(seconds / 86_400)}d${two(Math.floor(seconds / 3600) % 24)}h`;
}
