import path from 'node:path';
import { buildPage } from './build-page.mjs';
import { installPackages } from './install-packages.mjs';
import { ROOT } from './paths.mjs';
import { runBin } from './run-bin.mjs';
import { formatElapsed, runCommand, runProgram, StepError } from './run-step.mjs';

const HELP = `npm run check: formatting, lint, types, the page's build and every test, in that order; stops at the first failure.`;

/** @type {{ name: string, run: () => Promise<number | void>, next: string }[]} */
const STEPS = [
  {
    name: 'Formatting',
    run: () => runBin('prettier', ['--check', '--log-level', 'warn', '.']),
    next: '`npm run format` formats these files.',
  },
  {
    name: 'Lint',
    run: () => runBin('eslint', ['.', '--max-warnings', '0']),
    next: 'Each message says what its rule prevents; `npm run lint -- --fix` repairs the mechanical ones.',
  },
  {
    name: 'Types',
    run: () => runBin('tsc', []),
    next: 'Repair these, then `npm run types` checks only the types.',
  },
  {
    name: 'Types of the page',
    run: () =>
      runBin('svelte-check', [
        ...['--workspace', 'web', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
      ]),
    next: 'Repair these, then `npm run types` checks only the types.',
  },
  { name: 'Build', run: buildPage, next: 'Repair this, then `npm run build` builds only the page.' },
  {
    name: 'Tests',
    run: () => runProgram(process.execPath, [path.join(ROOT, 'scripts', 'test.mjs')]),
    next: '`npm test -- PART-OF-A-PATH` runs only those test files.',
  },
];

/** @param {string[]} args */
export async function runCheck(args) {
  await runCommand(async () => {
    if (args.includes('--help') || args.includes('-h')) return console.log(HELP);
    await installPackages();
    const startedMs = performance.now();
    for (const [index, step] of STEPS.entries()) {
      console.log(`[${index + 1}/${STEPS.length}] ${step.name}`);
      const stepStartedMs = performance.now();
      if (((await step.run()) ?? 0) !== 0) throw new StepError(`${step.name} failed. ${step.next}`);
      console.log(`[${index + 1}/${STEPS.length}] ${step.name}: fine (${formatElapsed(stepStartedMs)})`);
    }
    console.log(`All ${STEPS.length} checks are fine (${formatElapsed(startedMs)}).`);
  });
}
