/** Instants and durations as the board writes them, in the viewer's own time zone. */

const LOCALE = 'en-GB';
const clockFormat = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minuteFormat = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const yearDayFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const weekdayFormat = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric', month: 'short' });

/** `14:05:03` */
export function formatClockTime(timeMs: number): string {
  return clockFormat.format(timeMs);
}

/** `14:05` */
export function formatMinuteOfDay(timeMs: number): string {
  return minuteFormat.format(timeMs);
}

/** `1 Dec` */
export function formatDay(timeMs: number): string {
  return dayFormat.format(timeMs);
}

/** `1 Dec 2022` */
export function formatDayWithYear(timeMs: number): string {
  return yearDayFormat.format(timeMs);
}

/** `Thu, 1 Dec` */
export function formatWeekday(timeMs: number): string {
  return weekdayFormat.format(timeMs);
}

/** How old: `84 ms`, `0.4 s`, `12 s`, `3 min`, `2 h`. */
export function formatAge(ageMs: number): string {
  const age = Math.max(0, ageMs);
  if (age < 200) return `${Math.round(age)} ms`;
  if (age < 950) return `${(age / 1000).toFixed(1)} s`;
  if (age < 59_500) return `${Math.round(age / 1000)} s`;
  if (age < 3_570_000) return `${Math.round(age / 60_000)} min`;
  return `${Math.round(age / 3_600_000)} h`;
}

/** A countdown: `0:46`, `12:05`, `1:02:09`. */
export function formatCountdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1000));
  const tail = `${String(Math.floor(seconds / 60) % 60).padStart(seconds >= 3600 ? 2 : 1, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${tail}` : tail;
}
