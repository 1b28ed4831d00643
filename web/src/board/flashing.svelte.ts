import type { Json } from '@bigboard/shared/json';
import { prefersReducedMotion } from 'svelte/motion';
import type { Attachment } from 'svelte/attachments';
import { FlashSweep, type Tick } from './flash-sweep.ts';

const sweep = new FlashSweep();

/**
 * Marks an element of the class `tick` with `data-tick` when its value changes.
 * @param isQuiet true while changes are no ticks: a snapshot, catching up after an outage
 */
export function flashing(value: () => Json | undefined, isQuiet: () => boolean): Attachment<HTMLElement> {
  return (element) => {
    let before: Json | undefined;
    $effect(() => {
      const after = value();
      const isTick = before !== undefined && after !== before && !isQuiet() && !prefersReducedMotion.current;
      if (isTick) sweep.tick(element, tickOf(before, after), performance.now());
      before = after;
    });
    return () => sweep.forget(element);
  };
}

function tickOf(before: Json | undefined, after: Json | undefined): Tick {
  if (typeof before !== 'number' || typeof after !== 'number') return 'other';
  return after > before ? 'up' : 'down';
}
