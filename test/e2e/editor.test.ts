import assert from 'node:assert/strict';
import { Editor } from './editor';

describe('a first look', () => {
  let editor: Editor;

  before(async () => {
    editor = await Editor.open();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor.keepFailure(this.currentTest.fullTitle());
  });
  after(() => editor?.close());

  it('shows the local runtime and the source folders of the workspace', async () => {
    await editor.openDeck();
    await editor.treeItem('No functions here yet').waitFor();
    assert.ok(await editor.treeItem('hello').isVisible());
    assert.ok(await editor.treeItem('greet').isVisible());
  });
});
