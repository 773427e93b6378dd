import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { launchBrowser } from '../host/browser.mjs';
import { openServer } from '../host/editor.mjs';
import { out, root } from '../host/paths.mjs';
import { copyWorkspace } from '../host/workspace.mjs';

const size = { width: 1280, height: 800 };

// No account of whoever runs the tests, and no question to a cloud.
const env = {
  AWS_CONFIG_FILE: path.join(root, 'test/e2e/none'),
  AWS_SHARED_CREDENTIALS_FILE: path.join(root, 'test/e2e/none'),
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** A VS Code window with the extension on a fresh copy of the sample workspace, and a user's hands on it. */
export class Editor {
  static async open(): Promise<Editor> {
    const workspace = await copyWorkspace();
    const server = await openServer({ workspace: workspace.folder, env });
    const browser = await launchBrowser();
    const context = await browser.newContext({ viewport: size, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
    return new Editor(page, workspace.folder, async () => {
      await browser.close();
      await server.stop();
      await workspace.remove();
    });
  }

  private constructor(
    readonly page: Page,
    /** Path of the workspace's folder. */
    readonly workspace: string,
    readonly close: () => Promise<void>,
  ) {}

  async openDeck(): Promise<void> {
    await this.page.locator('.activitybar .action-item', { has: this.page.locator('[aria-label^="Function Deck"]') }).click();
    await this.page.locator('.pane-header', { hasText: 'Functions' }).waitFor();
  }

  /** A row of any tree on view, by the text that it shows. */
  treeItem(text: string | RegExp): Locator {
    return this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  }

  async clickTreeItem(text: string | RegExp): Promise<void> {
    await this.treeItem(text).click();
  }

  /** Clicks one of the small buttons that a row shows under the mouse. */
  async clickTreeAction(text: string | RegExp, action: string): Promise<void> {
    const row = this.treeItem(text);
    await row.hover();
    await row.locator(`.action-label[aria-label^="${action}"]`).click();
  }

  /** Runs a command as a user does: F1, its title, Enter. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.typeInQuickInput(`>${title}`);
  }

  /** Answers the question in the middle of the window. */
  async typeInQuickInput(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]');
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Chooses a row of the list in the middle of the window. */
  async choose(text: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }

  async clickNotification(button: string): Promise<void> {
    await this.page.locator('.notifications-toasts .monaco-button', { hasText: button }).first().click();
  }

  /** Waits until the output that is open shows a text. */
  async waitForOutput(text: string | RegExp): Promise<void> {
    await this.page.locator('.panel .view-line', { hasText: text }).first().waitFor({ timeout: 20_000 });
  }

  /** The lines of the output that are in sight. */
  async readOutput(): Promise<string> {
    const lines = await this.page.locator('.panel .view-line').allInnerTexts();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Puts a text in place of all that the open document holds, and saves it. */
  async replaceDocument(text: string): Promise<void> {
    await this.page.locator('.editor-group-container.active .monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press('ControlOrMeta+S');
  }

  /** A picture of the window: of a failure into `out`, or, if asked for, of the README. */
  async screenshot(name: string): Promise<void> {
    const update = process.env.UPDATE_PICTURES === '1';
    const folder = update ? path.join(root, 'media/screenshots') : path.join(out, 'screenshots');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async keepFailure(title: string): Promise<void> {
    await mkdir(out, { recursive: true });
    await this.page.screenshot({ path: path.join(out, `failed-${title.replaceAll(/\W+/g, '-')}.png`) });
  }
}
