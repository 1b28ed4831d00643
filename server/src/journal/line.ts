import { crc32 } from 'node:zlib';

/**
 * A line of a journal is a JSON object whose last member is the CRC-32 of all the bytes before it, in eight hex digits:
 * `{"batch":"markets",...,"crc":"9ab3c4d5"}`.
 */
const CRC_MEMBER = ',"crc":"';
const CRC_TAIL_LENGTH = CRC_MEMBER.length + 8 + 2;

/** @param record has at least one member */
export function formatLine(record: object): string {
  const text = JSON.stringify(record).slice(0, -1);
  return `${text}${CRC_MEMBER}${crc32(text).toString(16).padStart(8, '0')}"}\n`;
}

/** Why a line cannot be read. */
export class LineFault extends Error {
  override readonly name = 'LineFault';
}

/**
 * @param bytes without the line's end
 * @throws LineFault when anything of it is not as it was written
 */
export function parseLine(bytes: Buffer): Record<string, unknown> {
  const textEnd = bytes.length - CRC_TAIL_LENGTH;
  const tail = textEnd > 0 ? bytes.toString('latin1', textEnd) : '';
  if (!tail.startsWith(CRC_MEMBER) || !tail.endsWith('"}')) throw new LineFault('no checksum at its end');
  const written = tail.slice(CRC_MEMBER.length, -2);
  const reckoned = crc32(bytes.subarray(0, textEnd)).toString(16).padStart(8, '0');
  if (written !== reckoned) throw new LineFault(`its checksum is ${reckoned}, not ${written}`);
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new LineFault('not JSON', { cause });
  }
}
