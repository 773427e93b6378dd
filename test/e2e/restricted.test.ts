import { existsSync } from 'node:fs';
import * as path from 'node:path';
import assert from 'node:assert/strict';
import { Deck, keepFailures } from './deck';

describe('a folder that the user does not trust', () => {
  let deck: Deck;
  before(async () => {
    deck = await Deck.open({ userSettings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' } });
    await deck.openView();
    await deck.row('hello', 'Source Folders').waitFor();
  });
  after(() => deck.close());
  keepFailures(() => deck);

  for (const action of ['Deploy', 'Invoke']) {
    it(`is shown, but "${action}" does nothing and says why`, async () => {
      await deck.clickIcon(deck.row('hello', 'Source Folders'), action);
      await deck.notification('This folder is in Restricted Mode').waitFor();
      await deck.dismissNotifications();
      assert.equal(await deck.row('hello', 'Functions').count(), 0);
      assert.ok(!existsSync(path.join(deck.workspace, '.function-deck')));
    });
  }
});
