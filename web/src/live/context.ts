import { createContext } from 'svelte';
import type { Live } from './live.svelte.ts';

/** `setLive` once in the root, `useLive` in any component below it, while it initialises. */
export const [useLive, setLive] = createContext<Live>();
