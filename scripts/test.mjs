// npm test: every kind of test. What is missing is installed, or named and the run fails; nothing is skipped.
import { requireSupportedNode } from './lib/node-version.mjs';

requireSupportedNode();
void import('./lib/test-run.mjs').then((module) => module.runTests(process.argv.slice(2)));
