import { prefersReducedMotion } from 'svelte/motion';
import type { Attachment } from 'svelte/attachments';
import { FlashSweep } from './flash-sweep.ts';

const sweep = new FlashSweep();

/**
 * Marks an element with `data-tick` when its number changes.
 * @param isQuiet true while changes are no ticks: a snapshot, catching up after an outage
 */
export function flashing(value: () => number, isQuiet: () => boolean): Attachment<HTMLElement> {
  return (element) => {
    let before: number | undefined;
    $effect(() => {
      const after = value();
      const isTick = before !== undefined && after !== before && !isQuiet() && !prefersReducedMotion.current;
      if (isTick) sweep.tick(element, after > (before as number) ? 'up' : 'down', performance.now());
      before = after;
    });
    return () => sweep.forget(element);
  };
}
