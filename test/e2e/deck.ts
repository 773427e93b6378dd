import { mkdir, readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';

const root = path.resolve(__dirname, '../..');

/** What is typed arrives as it is typed. */
const typing = { 'editor.autoIndent': 'none', 'editor.autoClosingBrackets': 'never', 'editor.autoClosingQuotes': 'never' };

/** The developer's own cloud accounts stay out of the tests. */
const noAccount = {
  AWS_CONFIG_FILE: '/nowhere/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  CLOUDSDK_CONFIG: '/nowhere/gcloud',
  GOOGLE_APPLICATION_CREDENTIALS: '',
};

interface OpenOptions {
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly width: number; readonly height: number };
}

/** A real VS Code with the extension in a real browser, used as a person would. */
export class Deck {
  private constructor(
    readonly page: Page,
    /** The workspace's folder on disk. */
    readonly workspace: string,
    private readonly end: () => Promise<void>,
  ) {}

  static async open({ userSettings, env, size = { width: 1440, height: 900 } }: OpenOptions = {}): Promise<Deck> {
    const [{ openServer }, { launchBrowser }, { copyWorkspace }] = await Promise.all([
      import('../host/editor.mjs'),
      import('../host/browser.mjs'),
      import('../host/workspace.mjs'),
    ]);
    const workspace = await copyWorkspace();
    const server = await openServer({ workspace: workspace.folder, userSettings: { ...typing, ...userSettings }, env: { ...noAccount, ...env } });
    const browser: Browser = await launchBrowser();
    const page = await (await browser.newContext({ viewport: size })).newPage();
    page.setDefaultTimeout(20_000);
    const end = async (): Promise<void> => {
      await browser.close();
      await server.stop();
      await workspace.remove();
    };
    try {
      await page.goto(server.url);
      await page.locator('.monaco-workbench .part.activitybar').waitFor();
    } catch (error) {
      await end();
      throw error;
    }
    return new Deck(page, workspace.folder, end);
  }

  close(): Promise<void> {
    return this.end();
  }

  /** Opens the Function Deck view by its icon in the activity bar. */
  async openView(): Promise<void> {
    await this.page.locator('.activitybar a[aria-label="Function Deck"]').click();
    await this.row('Local Runtime').waitFor();
  }

  /** A row of a tree, by a text in it. */
  row(text: string | RegExp, view?: 'Functions' | 'Source Folders'): Locator {
    const place = view ? this.page.locator('.pane', { has: this.page.locator(`.pane-header[aria-label^="${view}"]`) }) : this.page.locator('.sidebar');
    return place.locator('.monaco-list-row', { hasText: text }).first();
  }

  /**
   * Opens a row until another below it is shown. A click may land elsewhere while rows come in above it, and a row that
   * takes its time to open must not be clicked again, which would shut it.
   */
  async expand(row: Locator, below: Locator): Promise<void> {
    await row.waitFor();
    for (let looks = 0; looks < 300; looks++) {
      if (await below.isVisible()) return;
      const isOpening = (await row.locator('.codicon-tree-item-loading').count()) > 0 || (await row.getAttribute('aria-expanded')) === 'true';
      if (looks % 30 === 0 && !isOpening) await row.locator('.monaco-tl-twistie').click();
      await this.page.waitForTimeout(100);
    }
    throw new Error(`${await row.innerText()} did not show what is below it.`);
  }

  /** Clicks an icon on a row, by its tooltip. */
  async clickIcon(row: Locator, label: string): Promise<void> {
    await row.hover();
    await row.locator(`a.action-label[aria-label^="${label}"]`).click();
  }

  /** Right-clicks a row and chooses an entry of its menu. */
  async chooseFromMenu(row: Locator, entry: string): Promise<void> {
    await row.click({ button: 'right' });
    const item = this.page.locator('.monaco-menu .action-label', { hasText: new RegExp(`^${entry}…?$`) }).first();
    await item.waitFor();
    // The menu takes a click right after it opened for the end of the one that opened it.
    await this.page.waitForTimeout(400);
    await item.click();
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${title}`);
    await this.choose(title);
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type="text"], .quick-input-widget:visible input:not([type])').first();
  }

  /** Chooses an entry of the open quick pick. */
  async choose(entry: string): Promise<void> {
    await this.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: entry }).first().click();
  }

  /** Types into the input box that asks for something, once it is there, and accepts: what was asked before may still be shown. */
  async answerTo(prompt: string | RegExp, text: string): Promise<void> {
    await this.page.locator('.quick-input-widget:visible .quick-input-message', { hasText: prompt }).waitFor();
    await this.quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Goes through the New Function wizard; `look` is called at the question for the trigger. */
  async newFunction(name: string, language: string, template: string, look?: () => Promise<void>): Promise<void> {
    const header = this.page.locator('.pane-header[aria-label^="Source Folders"]');
    await header.hover();
    await header.locator('a[aria-label^="New Function"]').click();
    await this.answerTo('Name of the function', name);
    await this.choose(language);
    await this.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: template }).waitFor();
    await look?.();
    await this.choose(template);
    await this.choose(name);
    await this.row(name, 'Source Folders').waitFor();
  }

  /** Clicks a button of a notification. */
  async clickNotification(text: string, button: string, timeout = 60_000): Promise<void> {
    const toast = this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
    await toast.waitFor({ timeout });
    await toast.getByRole('button', { name: button, exact: true }).click();
  }

  notification(text: string): Locator {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  async dismissNotifications(): Promise<void> {
    const close = this.page.locator('.notifications-toasts a.codicon-notifications-clear');
    while (await close.first().isVisible()) {
      await close.first().click();
      await this.page.waitForTimeout(200);
    }
  }

  /** Replaces the text of the open editor and saves it. */
  async replaceText(file: string, text: string): Promise<void> {
    await this.page.locator('.tab', { hasText: file }).first().click();
    await this.page.locator('.editor-instance .monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press('Control+S');
    await this.#onDisk(file, text);
    await this.page.locator('.tab.dirty', { hasText: file }).waitFor({ state: 'detached' });
  }

  // What an editor shows of a save that is under way looks like one that is done.
  async #onDisk(file: string, text: string): Promise<void> {
    for (let left = 200; left > 0; left--) {
      const names = (await readdir(this.workspace, { recursive: true })).filter((name) => name.endsWith(file) && !name.includes('node_modules'));
      const texts = await Promise.all(names.map((name) => readFile(path.join(this.workspace, name), 'utf8')));
      if (texts.some((each) => each.trimEnd() === text.trimEnd())) return;
      await this.page.waitForTimeout(100);
    }
    throw new Error(`${file} was not saved.`);
  }

  /** The result view's own page. */
  result(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame');
  }

  /** Text of the Output panel as it is drawn. */
  async output(): Promise<string> {
    return (await this.page.locator('.panel .output-view-container .view-lines, .panel .view-lines').first().innerText()).replaceAll('\u00a0', ' ');
  }

  /** Waits until the Output panel shows something. */
  async outputShows(text: string | RegExp): Promise<void> {
    const matches = (shown: string): boolean => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
    for (let tries = 0; tries < 120; tries++) {
      if (await this.page.locator('.panel .view-lines').first().isVisible()) if (matches(await this.output())) return;
      await this.page.waitForTimeout(250);
    }
    throw new Error(`The Output panel never showed ${String(text)}; it shows:\n${await this.output().catch(() => 'nothing')}`);
  }

  /** Keeps a picture: of a step in `out/`, of the README in `media/screenshots/` when asked to by UPDATE_PICTURES=1. */
  async picture(name: string): Promise<void> {
    const folder = process.env['UPDATE_PICTURES'] === '1' ? 'media/screenshots' : 'out/screenshots';
    await mkdir(path.join(root, folder), { recursive: true });
    await this.dismissNotifications();
    await this.page.mouse.move(720, 4);
    await this.page.waitForTimeout(400);
    await this.page.screenshot({ path: path.join(root, folder, `${name}.png`) });
  }
}

/** Keeps a picture of the editor after each test of a suite that failed. */
export function keepFailures(deck: () => Deck | undefined): void {
  afterEach(async function () {
    const { currentTest } = this;
    if (currentTest?.state === 'failed') await deck()?.picture(`failed-${currentTest.fullTitle().replace(/\W+/g, '-').slice(-100)}`);
  });
}
