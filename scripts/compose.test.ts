import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { instanceNames } from './lib/cluster/instance-name.ts';
import { nginxMain, nginxSite } from './lib/cluster/nginx-config.ts';
import { redisArguments } from './lib/cluster/redis-program.ts';
import { findNginx } from './lib/system-tools.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Service {
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
  readonly stop_grace_period?: string;
}
const { services, volumes } = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const nginxConf = read('deploy/nginx.conf');
const names = instanceNames(3);

/** What the server reads of its environment. */
const variables = new Set([...read('server/src/config.ts').matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name));

describe('compose.yaml', () => {
  it('is Redis, three instances and nginx', () => {
    expect(Object.keys(services).sort()).toEqual(['redis', 'nginx', ...names].sort());
  });

  it.each(names)('gives %s only settings that the server has', (name) => {
    const { environment = {}, stop_grace_period: grace } = services[name] ?? {};
    expect(Object.keys(environment).filter((variable) => !variables.has(variable))).toEqual([]);
    expect(environment).toMatchObject({ INSTANCE: name, REDIS_URL: 'redis://redis:6379' });
    expect(grace).toBe('12s');
  });

  it('runs Redis as the cluster command does', () => {
    const words = services['redis']?.command?.replaceAll('""', "''").split(' ') ?? [];
    const setting = (args: readonly string[], name: string) => args[args.indexOf(name) + 1]?.replace("''", '');
    const own = redisArguments(1, '/nowhere');
    for (const name of ['--appendonly', '--appendfsync', '--save', '--maxmemory-policy']) {
      expect([name, setting(words, name)]).toEqual([name, setting(own, name)]);
    }
  });

  it('has nginx read the shipped configuration, at the port it listens on, when its instances are there', () => {
    const { ports = [], volumes: mounts = [], depends_on: waitsFor = [] } = services['nginx'] ?? {};
    expect(mounts).toEqual(['./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro']);
    const [, listen = ''] = /listen (\d+);/.exec(nginxConf) ?? [];
    expect(ports).toEqual([`127.0.0.1:3000:${listen}`]);
    const upstream = [...nginxConf.matchAll(/^ {2}server (\w+):(\d+) /gm)].map(([, name, port]) => [name, port]);
    expect(upstream).toEqual(names.map((name) => [name, '3000']));
    expect(waitsFor).toEqual(names);
  });

  it('has every volume that it uses', () => {
    const used = Object.values(services).flatMap((service) => service.volumes ?? []);
    const named = used.map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  const lastOf = (instruction: string) => lines.findLast((line) => line.startsWith(`${instruction} `)) ?? '';

  it('runs commands that there are, and copies what there is', () => {
    const { scripts, engines } = JSON.parse(read('package.json')) as {
      scripts: Record<string, string>;
      engines: { node: string };
    };
    const commands = [...dockerfile.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
    expect(commands).toContain('build');
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    expect(dockerfile).toContain('FROM node:22-slim');
    expect(engines.node).toContain('>=22');
  });

  it('starts the server, and not as root', () => {
    const command = JSON.parse(lastOf('CMD').slice('CMD '.length)) as string[];
    expect(command.slice(0, 3)).toEqual(['node', '--import', 'tsx']);
    expect(existsSync(join(ROOT, command[3] ?? ''))).toBe(true);
    expect(lastOf('USER')).toBe('USER node');
    expect(lines.indexOf('USER node')).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('RUN ')));
  });

  it('sets only what the server has, and listens where nginx looks for it', () => {
    const settings = new Map(
      lastOf('ENV')
        .split(' ')
        .slice(1)
        .map((setting) => setting.split('=') as [string, string]),
    );
    const unknown = [...settings.keys()].filter((name) => name !== 'NODE_ENV' && !variables.has(name));
    expect(unknown).toEqual([]);
    expect([settings.get('PORT'), settings.get('HOST')]).toEqual(['3000', '0.0.0.0']);
    expect(lastOf('EXPOSE')).toBe('EXPOSE 3000');
  });

  it('asks for its health at /readyz, by a program that ends', () => {
    const [, text = ''] = /^HEALTHCHECK .* CMD (\[.*\])$/.exec(lastOf('HEALTHCHECK')) ?? [];
    const [program, ...args] = JSON.parse(text) as string[];
    expect(program).toBe('node');
    expect(args.join(' ')).toContain('http://127.0.0.1:3000/readyz');
    // Nobody answers at this port: not healthy.
    const elsewhere = args.map((arg) => arg.replace(':3000/', ':1/'));
    expect(() => execFileSync(process.execPath, elsewhere, { stdio: 'ignore' })).toThrow('Command failed');
  });
});

it.each([false, true])('nginx takes the shipped configuration (sticky: %s)', (isSticky) => {
  const folder = mkdtempSync(join(tmpdir(), 'bigboard-nginx-'));
  try {
    const instances = names.map((_, index) => `127.0.0.1:${5_001 + index}`);
    writeFileSync(join(folder, 'site.conf'), nginxSite(nginxConf, { listen: '127.0.0.1:3999', instances, isSticky }));
    writeFileSync(join(folder, 'nginx.conf'), nginxMain(folder, join(folder, 'site.conf'), undefined));
    const args = ['-t', '-q', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
    execFileSync(findNginx() ?? 'nginx', args, { stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
