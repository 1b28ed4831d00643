// npx tsx scripts/screenshots.ts [URL]: pictures of the board, a match and the phone into docs/screenshots.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';

const HELP = `npx tsx scripts/screenshots.ts [URL] [--out FOLDER]

Takes pictures of the page at URL, or of a server of its own with the default feeds (the page has to be built:
npm run build). CHROMIUM_PATH names the browser, /usr/bin/chromium by default.

  --out FOLDER   where the pictures go, docs/screenshots by default
  --help         this text`;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Long enough for a chart, some ticks and a fold of the sparks. */
const SETTLE_MS = 6_000;
const START_LIMIT_MS = 60_000;
const MATCH_WAIT_MS = 60_000;

interface Picture {
  readonly name: string;
  readonly address: string;
  readonly view: { readonly width: number; readonly height: number };
}

await main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) return console.log(HELP);
  const outAt = args.indexOf('--out');
  const out = path.resolve(ROOT, outAt < 0 ? 'docs/screenshots' : (args[outAt + 1] ?? ''));
  const url = args.find((arg) => arg.startsWith('http'));
  mkdirSync(out, { recursive: true });
  const server = url === undefined ? await startServer() : undefined;
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    await takeAll(browser, (url ?? server?.url) as string, out);
  } finally {
    await browser.close();
    server?.process.kill();
  }
}

async function takeAll(browser: Browser, url: string, out: string): Promise<void> {
  const match = await findMatch(url);
  const pictures: Picture[] = [
    { name: 'board-dark', address: '/?theme=dark', view: WIDE },
    { name: 'board-light', address: '/?theme=light', view: WIDE },
    { name: 'phone-board', address: '/?theme=dark', view: PHONE },
    ...(match === undefined
      ? []
      : [
          { name: 'match-dark', address: `/m/${match}?theme=dark`, view: WIDE },
          { name: 'phone-match', address: `/m/${match}?theme=dark`, view: PHONE },
        ]),
  ];
  for (const { name, address, view } of pictures) {
    const page = await browser.newPage({ viewport: view });
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
    await page.goto(url + address);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: path.join(out, `${name}.png`) });
    await page.close();
    console.log(`${name}.png`);
  }
}

/** The match with the most to show: in play, with the most goals. Waits for one, since a replay starts before kick-off. */
async function findMatch(url: string): Promise<string | undefined> {
  const deadlineMs = Date.now() + MATCH_WAIT_MS;
  while (Date.now() < deadlineMs) {
    const response = await fetch(`${url}/api/topics/sports/scores`);
    if (response.ok) {
      const { fields } = (await response.json()) as { fields: Record<string, Card> };
      const inPlay = Object.entries(fields).filter(([, { status }]) => status === 'live');
      const furthest = inPlay.sort(([, a], [, b]) => goals(b) - goals(a))[0];
      if (furthest !== undefined) return furthest[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  console.error('no match is in play: no pictures of one');
  return undefined;
}

interface Card {
  readonly status: string;
  readonly score: { readonly home: number; readonly away: number };
}

function goals({ score }: Card): number {
  return score.home + score.away;
}

function startServer(): Promise<{ url: string; process: ChildProcess }> {
  if (!existsSync(path.join(ROOT, 'web/dist/index.html'))) throw new Error('the page is not built: npm run build');
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/src/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: 'none' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not start in time')), START_LIMIT_MS);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout.on('data', (text: Buffer) => {
      const url = /http:\/\/\S+/.exec(text.toString())?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve({ url, process: child });
    });
  });
}
