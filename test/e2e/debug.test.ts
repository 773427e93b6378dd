import * as path from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { Deck, keepFailures } from './deck';

const code = `const greeting = 'Hello';

export async function handler(event) {
  const names = event.names ?? ['you'];
  const greetings = names.map((name) => greeting + ', ' + name + '!');
  return { greetings };
}
`;

describe('debugging, by keys and clicks', () => {
  let deck: Deck;
  before(async () => {
    deck = await Deck.open();
    await writeFile(path.join(deck.workspace, 'greet/index.mjs'), code);
    await deck.openView();
  });
  after(() => deck.close());
  keepFailures(() => deck);

  it('stops where the margin was clicked when F5 is pressed in a handler', async () => {
    await deck.clickIcon(deck.row('greet', 'Source Folders'), 'Open Source');
    await deck.page.locator('.tab.active', { hasText: 'index.mjs' }).waitFor();
    await breakAt(5);
    await deck.page.keyboard.press('F5');
    await paused(5);
  });

  it('shows the variables, and steps', async () => {
    // The editor opens it by itself, though not always at the first stop.
    await deck.expand(variable('Local: handler'), variable('names = '));
    await deck.page.keyboard.press('F10');
    await paused(6);
    await variable(/greetings.*Hello, Ada!/).waitFor();
    await deck.picture('debug');
  });

  it('shows the result when it goes on, and stays for the next call', async () => {
    await deck.page.keyboard.press('F5');
    await deck.result().getByText('Succeeded').waitFor();
    await deck.page.locator('.debug-toolbar').waitFor();
  });

  it('starts anew when it is restarted', async () => {
    await deck.page.keyboard.press('Control+Shift+F5');
    await paused(5);
    await deck.page.keyboard.press('F5');
    await deck.page.locator('.debug-top-stack-frame-line').waitFor({ state: 'detached' });
  });

  it('stops again when a saved event is sent from its own editor', async () => {
    await deck.openView();
    await deck.row('greet.json', 'Source Folders').click();
    await deck.page.locator('.codelens-decoration a', { hasText: 'Debug' }).first().click();
    await paused(5);
    await deck.page.keyboard.press('F5');
    await deck.result().getByText('Succeeded').waitFor();
  });

  it('is over when it is stopped', async () => {
    await deck.page.keyboard.press('Shift+F5');
    await deck.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  async function breakAt(line: number): Promise<void> {
    const number = deck.page.locator('.editor-instance .margin .line-numbers', { hasText: new RegExp(`^${line}$`) }).first();
    const box = await number.boundingBox();
    if (!box) throw new Error(`Line ${line} is not drawn.`);
    await deck.page.mouse.click(box.x - 8, box.y + box.height / 2);
    await deck.page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified').first().waitFor();
    await deck.page.locator('.editor-instance .monaco-editor .view-lines').first().click();
  }

  async function paused(line: number): Promise<void> {
    await deck.page.locator('.debug-top-stack-frame-line').first().waitFor({ timeout: 60_000 });
    await deck.page.locator('.debug-call-stack .monaco-list-row', { hasText: `${line}:` }).first().waitFor();
  }

  function variable(name: string | RegExp): Locator {
    return deck.page.locator('.debug-variables .monaco-list-row', { hasText: name }).first();
  }
});
