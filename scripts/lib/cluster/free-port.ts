import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections: one of these could be taken before its server listens. */
const LEAST = 10_000;
const MOST = 32_000;
const ATTEMPTS = 100;

/** Ports of this machine that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  // Held together, so that none is given twice.
  const probes = await Promise.all(Array.from({ length: count }, holdFreePort));
  await Promise.all(probes.map(({ probe }) => new Promise((done) => probe.close(done))));
  return probes.map(({ port }) => port);
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

async function holdFreePort(): Promise<{ port: number; probe: ReturnType<typeof createServer> }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LEAST, MOST);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return { port, probe };
  }
  throw new Error(`no port from ${LEAST} to ${MOST} is free`);
}
