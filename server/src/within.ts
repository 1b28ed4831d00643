import type { Clock } from './clock.ts';

/** Waits for something to end, but no longer than that: who stops must not be held up by what no longer answers. */
export async function within(clock: Clock, limitMs: number, ending: Promise<unknown>): Promise<'done' | 'late'> {
  let cancel = () => undefined as void;
  const late = new Promise<'late'>((resolve) => {
    cancel = clock.after(limitMs, () => resolve('late'));
  });
  try {
    return await Promise.race([ending.then((): 'done' => 'done'), late]);
  } finally {
    cancel();
  }
}
