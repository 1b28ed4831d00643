// npm run dev: the page with hot reload in front of a server that restarts when its sources change.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/dev-run.mjs').then((module) => module.runDev(process.argv.slice(2)));
