import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashSources, isPageCurrent, markPageCurrent } from './lib/build-page.mjs';
import { describeStaleInstall } from './lib/install-packages.mjs';
import { describeUnsupportedNode } from './lib/node-version.mjs';
import { describeMissing } from './lib/system-tools.mjs';

describe('the Node version', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.1.0'])('%s runs Bigboard', (version) => {
    expect(describeUnsupportedNode(version)).toBeUndefined();
  });

  it.each(['12.22.12', '18.20.8', '20.18.3'])('%s is told which one to install, in one line', (version) => {
    expect(describeUnsupportedNode(version)).toBe(
      `Bigboard needs Node 20.19 or newer; this is ${version}. Install one from nodejs.org.`,
    );
  });

  it.each(['21.7.3', '22.11.0'])('%s, newer and yet lacking, is not told "20.19 or newer"', (version) => {
    expect(describeUnsupportedNode(version)).toContain('needs Node 22.12 or newer');
  });

  it.each(['start', 'test', 'dev', 'check', 'build', 'run'])(
    '%s.mjs imports nothing that an old Node cannot read',
    (command) => {
      const source = readFileSync(new URL(`./${command}.mjs`, import.meta.url), 'utf8');
      expect(source.match(/^import .*/gm)).toEqual(["import { requireSupportedNode } from './lib/node-version.mjs';"]);
      expect(source).not.toMatch(/^await /m);
    },
  );
});

describe('the installed packages', () => {
  const machine = { platform: 'linux', arch: 'x64' };
  const lock = {
    packages: {
      '': { version: '0.1.0' },
      server: { version: '0.1.0' },
      'node_modules/ws': { version: '8.23.0' },
      'node_modules/a/node_modules/@scope/b': { version: '1.0.0' },
      'node_modules/@esbuild/linux-x64': { version: '0.28.2', optional: true, os: ['linux'], cpu: ['x64'] },
      'node_modules/@esbuild/win32-x64': { version: '0.28.2', optional: true, os: ['win32'], cpu: ['x64'] },
      'node_modules/css-musl': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
    },
  };
  const installed = {
    packages: {
      'node_modules/ws': { version: '8.23.0' },
      'node_modules/a/node_modules/@scope/b': { version: '1.0.0' },
      'node_modules/@esbuild/linux-x64': { version: '0.28.2' },
    },
  };

  it('are left alone when they are what the lock asks for', () => {
    expect(describeStaleInstall(lock, installed, machine)).toBeUndefined();
  });

  it('are installed on a fresh clone', () => {
    expect(describeStaleInstall(lock, undefined, machine)).toBe('nothing is installed yet');
  });

  it('are installed again when the lock asks for another version or for one more', () => {
    const older = { packages: { ...installed.packages, 'node_modules/ws': { version: '8.22.0' } } };
    expect(describeStaleInstall(lock, older, machine)).toBe('ws is 8.22.0, 8.23.0 is wanted');
    const fewer = { packages: { 'node_modules/ws': { version: '8.23.0' } } };
    expect(describeStaleInstall(lock, fewer, machine)).toBe('@scope/b is missing');
  });

  it("are installed again when they are another system's", () => {
    const windows = { platform: 'win32', arch: 'x64' };
    expect(describeStaleInstall(lock, installed, windows)).toBe('@esbuild/win32-x64 is missing');
  });
});

describe('the built page', () => {
  let root: string;
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'bigboard-start-'));
    write('web/src/app.ts', 'a');
    write('web/src/lib/number.ts', 'b');
    write('web/index.html', '<html>');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is built again when a source changes, moves or goes, and not when only its time or a test does', () => {
    const before = hashSources(root);
    utimesSync(path.join(root, 'web/src/app.ts'), 1, 1);
    write('web/src/app.test.ts', 'test');
    expect(hashSources(root)).toBe(before);

    write('web/src/app.ts', 'changed');
    const changed = hashSources(root);
    expect(changed).not.toBe(before);
    rmSync(path.join(root, 'web/src/lib/number.ts'));
    write('web/src/lib/text.ts', 'b');
    const moved = hashSources(root);
    expect(moved).not.toBe(changed);
    rmSync(path.join(root, 'web/src/lib/text.ts'));
    expect(hashSources(root)).not.toBe(moved);
  });

  it('counts as built only when its build ran to the end', () => {
    const dist = path.join(root, 'web/dist');
    expect(isPageCurrent(dist, 'hash')).toBe(false);
    write('web/dist/index.html', '<html>');
    expect(isPageCurrent(dist, 'hash')).toBe(false);
    markPageCurrent(dist, 'hash');
    expect(isPageCurrent(dist, 'hash')).toBe(true);
    expect(isPageCurrent(dist, 'another')).toBe(false);
    rmSync(path.join(dist, 'index.html'));
    expect(isPageCurrent(dist, 'hash')).toBe(false);
  });
});

it('what the tests lack is said in one line, with the command that installs it', () => {
  const missing = [
    { name: 'redis-server', aptPackages: ['redis-server'] },
    { name: 'Python 3', aptPackages: ['python3', 'python3-socketio'] },
  ];
  expect(describeMissing(missing)).toBe(
    'The tests need redis-server, Python 3. Install what is missing and run npm test again ' +
      '(Debian, Ubuntu: sudo apt-get install redis-server python3 python3-socketio).',
  );
});
