// node scripts/run.mjs COMMAND ARGUMENTS: a package's command, such as eslint, with the packages installed first.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/run-step.mjs').then(({ runCommand }) =>
  runCommand(async () => {
    const { installPackages } = await import('./lib/install-packages.mjs');
    const { runBin } = await import('./lib/run-bin.mjs');
    const [command = '', ...args] = process.argv.slice(2);
    await installPackages();
    return await runBin(command, args);
  }),
);
