import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nginxSite } from './nginx-config.ts';

const shipped = readFileSync(new URL('../../../deploy/nginx.conf', import.meta.url), 'utf8');
const instances = ['127.0.0.1:5001', '127.0.0.1:5002'];

it('is the shipped configuration but for the addresses', () => {
  const site = nginxSite(shipped, { listen: '127.0.0.1:3000', instances, isSticky: false });
  const added = site.split('\n').filter((line) => !shipped.includes(`${line}\n`));
  expect(added).toEqual([
    '  server 127.0.0.1:5001 max_fails=1 fail_timeout=2s;',
    '  server 127.0.0.1:5002 max_fails=1 fail_timeout=2s;',
    '  listen 127.0.0.1:3000;',
  ]);
  expect(shipped.split('\n').filter((line) => !site.includes(`${line}\n`))).toHaveLength(4);
});

it('keeps a client at one instance when it has to', () => {
  const site = nginxSite(shipped, { listen: '80', instances, isSticky: true });
  expect(site).toContain('\n  hash $remote_addr consistent;\n  server 127.0.0.1:5001 ');
});

it('is not made of something else', () => {
  const change = () =>
    nginxSite(shipped.replace('listen 80', 'listen 81'), { listen: '80', instances, isSticky: true });
  expect(change).toThrow('deploy/nginx.conf has no place');
});
