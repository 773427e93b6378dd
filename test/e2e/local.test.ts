import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Deck, keepFailures } from './deck';

const broken = `import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def lambda_handler(event, context):
    logger.info("about to fail")
    return event["missing"]
`;

describe('the whole loop on the local runtime, by clicks', () => {
  let deck: Deck;
  before(async () => {
    deck = await Deck.open();
    await deck.openView();
  });
  after(() => deck.close());
  keepFailures(() => deck);

  it('scaffolds a Python function', async () => {
    await deck.newFunction('orders', 'Python 3.13', 'Plain event', () => deck.picture('new-function'));
    await deck.page.locator('.tab', { hasText: 'lambda_function.py' }).waitFor();
    const manifest = JSON.parse(await readFile(path.join(deck.workspace, 'orders/deck.json'), 'utf8')) as { name: string };
    assert.equal(manifest.name, 'orders');
  });

  it('deploys it, which has it run from its folder', async () => {
    await deck.clickIcon(deck.row('orders', 'Source Folders'), 'Deploy');
    await deck.notification('orders runs live from its folder').waitFor();
    await deck.row(/orders.*live/, 'Functions').waitFor();
  });

  it('tails its log', async () => {
    await deck.clickNotification('orders runs live', 'Tail Log');
    await deck.outputShows('Tailing orders');
    assert.ok(await deck.page.locator('.statusbar-item', { hasText: 'orders' }).isVisible());
  });

  it('invokes it with an edited event', async () => {
    await deck.chooseFromMenu(deck.row('orders', 'Functions'), 'Edit Event');
    await deck.page.locator('.tab', { hasText: '.json' }).waitFor();
    await deck.replaceText('.json', '{ "name": "an edited event" }\n');
    await deck.clickIcon(deck.row('orders', 'Functions'), 'Invoke');
    await deck.result().getByText('Succeeded').waitFor();
    await deck.result().getByText('an edited event').first().waitFor();
    await deck.outputShows(/REPORT RequestId: [-0-9a-f]{36}/);
    await deck.picture('deck');
  });

  it('runs what is saved, and points at the line when it breaks', async () => {
    await deck.page.locator('.tab', { hasText: 'lambda_function.py' }).click();
    await deck.replaceText('lambda_function.py', broken);
    await deck.clickIcon(deck.row('orders', 'Functions'), 'Invoke');
    await deck.result().getByText('KeyError').first().waitFor();
    await deck.picture('result');
    await deck.result().getByText('lambda_function.py:9').first().click();
    await deck.page.locator('.tab.active', { hasText: 'lambda_function.py' }).waitFor();
    await deck.page.locator('.squiggly-error').first().waitFor();
    await deck.page.locator('.statusbar-item', { hasText: 'Ln 9' }).waitFor();
    await deck.outputShows('KeyError');
  });

  it('runs the repaired function', async () => {
    await deck.replaceText('lambda_function.py', broken.replace('event["missing"]', '{"repaired": True}'));
    await deck.dismissNotifications();
    await deck.clickIcon(deck.row('orders', 'Functions'), 'Invoke');
    await deck.result().getByText('repaired').first().waitFor();
    await deck.page.locator('.squiggly-error').waitFor({ state: 'detached' });
    await deck.picture('log');
  });

  it('says so when there is nothing to deploy', async () => {
    await deck.clickIcon(deck.row('orders', 'Functions'), 'Deploy');
    await deck.page.locator('.statusbar', { hasText: 'orders is up to date: it runs from its folder' }).waitFor();
  });

  it('deletes it, after asking', async () => {
    await deck.chooseFromMenu(deck.row('orders', 'Functions'), 'Delete');
    await deck.choose('Delete');
    await deck.row('orders', 'Functions').waitFor({ state: 'detached' });
  });
});
