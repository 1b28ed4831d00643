// npm run build: builds web/dist, if what it is made of changed.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/run-step.mjs').then(({ runCommand }) =>
  runCommand(async () => {
    const { installPackages } = await import('./lib/install-packages.mjs');
    const { buildPage } = await import('./lib/build-page.mjs');
    await installPackages();
    await buildPage();
    console.log('The page is in web/dist.');
  }),
);
