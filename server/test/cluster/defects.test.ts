import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { PlannedFault } from '../../../scripts/lib/chaos/nemesis-plan.ts';
import { runChaos } from '../../../scripts/lib/chaos/run-chaos.ts';
import { findRedisServer } from '../../../scripts/lib/system-tools.mjs';
import { edit, type Edit } from '../support/edited-sources.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const REDIS = 'server/src/store/redis';

interface PlantedDefect {
  readonly edits: readonly Edit[];
  /** What has to be broken for it to show. */
  readonly lanes: readonly (readonly PlannedFault[])[];
  readonly rowsPerSecond?: number;
}

function fault(kind: PlannedFault['kind'], afterMs: number, lastsMs: number, instance = 0): PlannedFault {
  return { kind, afterMs, lastsMs, instance };
}

/**
 * Planted in the servers of a cluster: what the campaign would not find, it would not have proven absent. A skipped fence is
 * not among them: a feed's rows have ids and follow from its checkpoint, so two leaders tell the same; the mutants of the
 * store (server/test/redis) find that one.
 */
const DEFECTS: Readonly<Record<string, PlantedDefect>> = {
  'drops one update in ten thousand': {
    edits: [
      edit(
        'server/src/hub/hub.ts',
        'foldUpdates(this.documents, this.seq, updates);',
        'updates.forEach((update, index) => { if ((this.seq + index) % 10_000 !== 9_999) foldUpdates(this.documents, this.seq + index, [update]); });',
      ),
    ],
    lanes: [],
    rowsPerSecond: 3_000,
  },
  'acknowledges before it has stored': {
    edits: [
      edit(
        `${REDIS}/redis-store.ts`,
        'return await appending;',
        "appending.catch(() => undefined); if (batch.updates.length > 0 && this.failure === undefined) return { namespace, epoch: '', producer: batch.producer, from: 0, to: 0, updates: batch.updates, ids: batch.numbering?.ids, lastId: batch.numbering?.lastId, acceptedAtMs: 0 }; return await appending;",
      ),
    ],
    lanes: [[fault('redis-hang', 500, 1_500)], [fault('redis-restart', 1_200, 100)]],
  },
  'goes on in the same epoch after Redis has lost something': {
    edits: [
      edit(
        `${REDIS}/verification.ts`,
        "return isBeyond && isTrimmed ? 'fresh' : 'lost';",
        "return isBeyond || isTrimmed ? 'fresh' : 'fresh';",
      ),
    ],
    lanes: [[fault('redis-older', 500, 300)]],
  },
  'answers who resumes from an older replica': {
    edits: [edit('server/src/hub/audience.ts', 'return position.epoch !== this.hub.epoch ||', 'return false &&')],
    lanes: [[fault('cut-command', 500, 7_000, 0)], [fault('redis-wipe', 1_000, 100), fault('kill', 3_000, 100, 1)]],
  },
  'applies batches out of order': {
    edits: [
      edit(
        `${REDIS}/follower.ts`,
        'if (entry.after === this.#head) {',
        'if (entry.after === this.#head || (order > 0 && entry.id.seq > 400)) {',
      ),
    ],
    lanes: [[fault('cut-subscriber', 500, 1_500, 0)]],
  },
  'forgets the checkpoint of a feed': {
    edits: [
      edit(
        'server/src/feeds/feed-writer.ts',
        'const { topics, progress, before } = readCheckpoint(checkpoint);',
        'const { topics, progress, before } = readCheckpoint(checkpoint === undefined ? checkpoint : undefined);',
      ),
    ],
    lanes: [[fault('kill-leader', 500, 100)]],
  },
  'mixes two epochs': {
    edits: [
      edit(
        'server/src/hub/audience.ts',
        'const isUsable = position !== undefined && position.epoch === hub.epoch &&',
        'const isUsable = position !== undefined &&',
      ),
    ],
    // Readers of the second give it up, and come to the first when that is in a new epoch.
    lanes: [[fault('pause', 300, 6_000, 1)], [fault('redis-wipe', 500, 100)]],
  },
};

// In one of three runs: each breaks real processes at real moments, and not every moment is the wrong one.
it.each(Object.entries(DEFECTS))(
  'a cluster that %s is found out',
  { timeout: 300_000, retry: 2 },
  async (_, defect) => {
    const { edits, lanes, rowsPerSecond = 200 } = defect;
    const root = await mkdtemp(join(tmpdir(), 'bigboard-defect-'));
    const folder = join(root, 'run');
    try {
      await copyServer(root, edits);
      const beganMs = performance.now();
      const report = await runChaos({
        ...{
          seed: 1,
          folder,
          root,
          lanes,
          rowsPerSecond,
          durationMs: 2_000,
          instances: 2,
          readers: 20,
          settleMs: 2_500,
          quietEndMs: 500,
        },
        redisFile: findRedisServer() ?? 'redis-server',
        bounds: { killMs: { most: 60_000, all: 60_000 }, redisMs: 60_000 },
        pauseMs: { least: 1, most: 1 },
        hangMs: { least: 1, most: 1 },
      });
      const took = `${((performance.now() - beganMs) / 1_000).toFixed(1)} s`;
      console.log(`${took}: ${report.findings.total} violations, as ${report.findings.texts[0]?.slice(0, 140)}`);
      expect(report.findings.texts).not.toEqual([]);
    } finally {
      await rm(root, { recursive: true });
    }
  },
);

async function copyServer(root: string, edits: readonly Edit[]): Promise<void> {
  for (const part of ['server/src', 'server/package.json', 'server/recordings', 'package.json', 'tsconfig.json']) {
    await cp(join(ROOT, part), join(root, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  for (const { file, find, replace } of edits) {
    const text = await readFile(join(root, file), 'utf8');
    const pieces = text.split(find);
    if (pieces.length !== 2) throw new Error(`${file} has ${pieces.length - 1} places that read: ${find}`);
    await writeFile(join(root, file), pieces.join(replace));
  }
}
