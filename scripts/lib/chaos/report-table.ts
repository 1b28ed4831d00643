import type { Report } from './check/checker.ts';
import { VIOLATIONS, type ViolationKind } from './check/findings.ts';
import { formatT } from './check/reader-check.ts';

/** What a run came to, as a table. */
export function reportTable(report: Report): string {
  const { findings, faults } = report;
  const kinds = Object.keys(VIOLATIONS) as ViolationKind[];
  const rows: (readonly [string, string | number, string])[] = [
    ['acknowledged updates', report.acknowledged, ''],
    ['readers', report.readers, `${report.opened} connections, ${report.gapsRepaired} gaps seen and repaired`],
    ['changes shown', report.changes, `${report.entriesSeen} entries as news`],
    ['epochs', report.epochs, ''],
    ['batches refused or unanswered', report.refused, 'and sent again'],
    ...[...faults].map(([kind, count]) => [`fault: ${kind}`, count, recoveryText(report, kind)] as const),
    ['lost with Redis and their instance', report.excused, 'allowed: nobody else held them'],
    ['not witnessed', report.unwitnessed, 'trimmed before anyone looked'],
    ...kinds.map((kind) => [kind, findings.count(kind), VIOLATIONS[kind]] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value, note]) =>
    `${name.padEnd(width)}  ${String(value).padStart(9)}  ${note}`.trimEnd(),
  );
  const verdict = findings.total === 0 ? 'No violations.' : `${findings.total} violations:`;
  return [...lines, verdict, ...findings.texts.map((text) => `  ${text}`)].join('\n');
}

/** The slowest of all recoveries from this kind of fault. */
function recoveryText({ recoveries }: Report, kind: string): string {
  const own = recoveries
    .filter((recovery) => recovery.kind === kind)
    .map(({ tookMs, aloneMs }) => ({ tookMs: tookMs.filter((ms) => ms <= aloneMs) }))
    .filter(({ tookMs }) => tookMs.length > 0);
  if (own.length === 0) return '';
  const all = Math.max(...own.map(({ tookMs }) => tookMs.at(-1) ?? 0));
  const most = Math.max(...own.map(({ tookMs }) => tookMs[Math.ceil(tookMs.length * 0.99) - 1] ?? 0));
  return `live again: 99 % after ${formatT(most)}, all after ${formatT(all)}`;
}
