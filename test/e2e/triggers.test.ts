import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Deck, keepFailures } from './deck';

describe('what calls a local function, by clicks', () => {
  let deck: Deck;
  before(async () => {
    deck = await Deck.open();
    await deck.openView();
    await deck.newFunction('inbox', 'Python 3.13', 'Plain event');
    await deck.clickIcon(deck.row('inbox', 'Source Folders'), 'Deploy');
    await deck.clickNotification('inbox runs live', 'Tail Log');
    await deck.outputShows('Tailing inbox');
  });
  after(() => deck.close());
  keepFailures(() => deck);

  const turn = (label: RegExp): Promise<void> => deck.row(label, 'Functions').locator('.custom-view-tree-node-item-checkbox').click();

  it('is found below the function, with nothing at first', async () => {
    await deck.expand(deck.row(/inbox.*live/, 'Functions'), deck.row(/Triggers.*none/, 'Functions'));
    await deck.expand(deck.row(/Triggers.*none/, 'Functions'), deck.row('Add Trigger', 'Functions'));
  });

  it('adds a folder to watch, which stays off until it is turned on', async () => {
    await deck.row('Add Trigger', 'Functions').click();
    await deck.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'Schedule' }).waitFor();
    await deck.choose('Files in a folder');
    const folder = path.join(deck.workspace, 'incoming');
    await mkdir(folder);
    await deck.answerTo('folder of this machine', folder);
    await deck.answerTo('must end with', '.csv');
    await deck.row(/incoming.*off/, 'Functions').waitFor();
    await turn(/incoming/);
    await deck.row(/Triggers.*1 of 1 on/, 'Functions').waitFor();
  });

  it('calls the function with what comes into the folder', async () => {
    await writeFile(path.join(deck.workspace, 'incoming/first.csv'), 'a,b\n1,2\n');
    await deck.outputShows('first.csv');
    await deck.outputShows(/REPORT RequestId: [-0-9a-f]{36}/);
  });

  it('adds an address that can be called, and tells it', async () => {
    await deck.clickIcon(deck.row(/^Triggers/, 'Functions'), 'Add Trigger');
    await deck.choose('HTTP request');
    await deck.answerTo('Sites', '');
    await deck.row(/Function URL.*off/, 'Functions').waitFor();
    await turn(/Function URL/);
    await deck.row(/Triggers.*2 of 2 on/, 'Functions').waitFor();
    const text = await deck.row(/127\.0\.0\.1|localhost/, 'Functions').innerText();
    const address = /https?:\/\/[^\s,]+/.exec(text)?.[0];
    assert.ok(address, `no address in ${text}`);
    assert.equal((await fetch(address)).status, 200);
    await deck.picture('triggers');
  });

  it('removes a trigger, and brings it back', async () => {
    await deck.chooseFromMenu(deck.row('incoming', 'Functions'), 'Remove Trigger');
    await deck.row(/Triggers.*1 of 1 on/, 'Functions').waitFor();
    await deck.clickNotification('does not call inbox any more', 'Undo');
    await deck.row(/Triggers.*2 of 2 on/, 'Functions').waitFor();
    await deck.row('incoming', 'Functions').waitFor();
  });

  it('refuses a folder that is not there, with the cure', async () => {
    await deck.row('Add Trigger', 'Functions').click();
    await deck.choose('Files in a folder');
    await deck.answerTo('folder of this machine', path.join(deck.workspace, 'nowhere'));
    await deck.answerTo('must end with', '');
    await deck.notification('nowhere').waitFor();
    await deck.row(/Triggers.*2 of 2 on/, 'Functions').waitFor();
  });
});
