// The campaigns of the server and of a whole cluster draw from the same numbers.
export { Random } from '../../../scripts/lib/random.ts';
