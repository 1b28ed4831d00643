// node scripts/run-here.mjs FILE ARGUMENTS: a command in TypeScript, in this very process, with the packages installed first.
// A Ctrl-C then reaches it alone: a parent would have ended with it, and told of a failure.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/run-step.mjs').then(({ runCommand }) =>
  runCommand(async () => {
    const { installPackages } = await import('./lib/install-packages.mjs');
    const { runTypeScript } = await import('./lib/run-typescript.mjs');
    const [file = '', ...args] = process.argv.slice(2);
    await installPackages();
    await runTypeScript(file, args);
  }),
);
