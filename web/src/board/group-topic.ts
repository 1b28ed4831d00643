import type { DirectoryEntry } from '@bigboard/shared/directory';

/** The table topic that covers a stage: the group's own, or the bracket for whatever is no group. */
export function tableTopicOf(directory: Readonly<Record<string, DirectoryEntry>>, stage: string): string | undefined {
  const tables = Object.keys(directory).filter((topic) => directory[topic]?.kind === 'table');
  const letter = /^Group (\w+)$/.exec(stage)?.[1];
  const suffix = letter === undefined ? '-KO' : `-${letter}`;
  return tables.find((topic) => topic.endsWith(suffix));
}
