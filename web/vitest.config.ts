import { svelteTesting } from '@testing-library/svelte/vite';
import { defineProject, mergeConfig } from 'vitest/config';
import viteConfig from './vite.config.ts';

// Effects of `.svelte.ts` modules never run under vitest's node environment: such a test would pass without testing them.
export default mergeConfig(
  viteConfig,
  defineProject({
    plugins: [svelteTesting()],
    test: { name: 'web', environment: 'happy-dom', include: ['src/**/*.test.ts'], testTimeout: 60_000 },
  }),
);
