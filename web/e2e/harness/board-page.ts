import { chromium, type Browser, type Page } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export type BoardState = 'loading' | 'live' | 'slow' | 'stale' | 'paused' | 'reconnecting' | 'catching-up' | 'offline';

export interface BoardView {
  readonly width: number;
  readonly height: number;
}

/** A browser with one page on the board, and everything the page complained about. */
export class BoardPage implements AsyncDisposable {
  readonly page: Page;
  /** Console errors, uncaught exceptions and failed requests. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message));
    page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }

  static async open(url: string, viewport: BoardView = WIDE): Promise<BoardPage> {
    const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
    const board = new BoardPage(browser, await browser.newPage({ viewport }));
    await board.page.goto(url);
    return board;
  }

  /** Waits until the pill says so. */
  async reaches(state: BoardState, limitMs = 20_000): Promise<void> {
    await this.page.locator(`.pill[data-state="${state}"]`).waitFor({ timeout: limitMs });
  }

  /** The watchlist has rows. */
  async hasRows(): Promise<void> {
    await this.page.locator('#watchlist tbody tr').first().waitFor({ timeout: 20_000 });
  }

  /** Prices of the whole list as they stand. */
  async prices(): Promise<string> {
    return (await this.page.locator('#watchlist td.last').allTextContents()).join();
  }

  /** Resolves when any price of the list is another one. */
  async pricesMove(limitMs = 15_000): Promise<void> {
    const before = await this.prices();
    await this.page.waitForFunction(
      (text) => [...document.querySelectorAll('#watchlist td.last')].map((cell) => cell.textContent).join() !== text,
      before,
      { timeout: limitMs },
    );
  }

  /** Nothing sticks out to the right. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}
