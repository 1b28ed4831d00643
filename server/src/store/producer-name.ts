/**
 * Who wrote a batch, as the log names it: a feed by its own name, a deriver as `derived:NAME`, and whoever pushes as
 * `pushed:TOKEN`, or `pushed:TOKEN:PRODUCER` when it counts what it sends. No two of them can meet, as a colon stands in
 * none of the names.
 */
export function pushedProducer(token: string, producer?: string): string {
  return producer === undefined ? `pushed:${token}` : `pushed:${token}:${producer}`;
}

/** The feed to which viewers are told a producer's data belong, as in `feed:NAME`; undefined for what is derived. */
export function feedOfProducer(producer: string): string | undefined {
  const [prefix = '', name] = producer.split(':');
  if (name === undefined) return prefix;
  return prefix === 'pushed' ? name : undefined;
}
