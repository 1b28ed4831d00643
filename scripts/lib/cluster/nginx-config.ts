/** What of the shipped configuration belongs to where it runs. */
export interface NginxAddresses {
  readonly listen: string;
  /** `host:port` of each instance. */
  readonly instances: readonly string[];
  /** A client's requests all go to the same instance, as long-polling needs it. */
  readonly isSticky: boolean;
}

const SERVERS = /( *)server one:3000(.*);\n *server two:3000\2;\n *server three:3000\2;\n/;
const LISTEN = /( *)listen 80;\n/;

/** The shipped configuration with these addresses in the place of its own. @throws when it is not as it was */
export function nginxSite(shipped: string, { listen, instances, isSticky }: NginxAddresses): string {
  const balance = isSticky ? ['hash $remote_addr consistent'] : [];
  return replaceOnce(
    replaceOnce(shipped, LISTEN, (_, indent) => `${indent}listen ${listen};\n`),
    SERVERS,
    (_, indent, limits) =>
      [...balance, ...instances.map((address) => `server ${address}${limits}`)]
        .map((line) => `${indent}${line};\n`)
        .join(''),
  );
}

/** A whole configuration for a program of our own: everything it writes is in one folder. */
export function nginxMain(folder: string, siteFile: string, user: string | undefined): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
${user === undefined ? '' : `user ${user};\n`}worker_processes 2;
pid "${folder}/nginx.pid";
error_log stderr warn;
events {
  worker_connections 8192;
}
http {
  access_log off;
  types_hash_max_size 2048;
${temporary.map((name) => `  ${name}_temp_path "${folder}/${name}";\n`).join('')}  include "${siteFile}";
}
`;
}

function replaceOnce(text: string, pattern: RegExp, replace: (...parts: string[]) => string): string {
  if (!pattern.test(text)) throw new Error(`deploy/nginx.conf has no place that reads like ${String(pattern)}`);
  return text.replace(pattern, replace);
}
