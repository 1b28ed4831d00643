// npm run check: everything a reviewer runs, cheapest first; stops at the first failure and says what to do next.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/check-run.mjs').then((module) => module.runCheck(process.argv.slice(2)));
