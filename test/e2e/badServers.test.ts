import assert from 'node:assert/strict';
import { writeAwsHome } from '../fakes/environment';
import { type Answer, FaultServer, faults, json, refusal } from '../fakes/faultServer';
import { Deck, keepFailures } from './deck';

const expired = refusal(403, 'ExpiredTokenException', 'The security token included in the request is expired');
const denied = refusal(403, 'AccessDeniedException', 'User is not authorized to perform: lambda:ListFunctions');
const hostile = json({ Functions: [{ FunctionName: '<img src=x onerror=alert(1)>', Runtime: '\u001b[31m\u202ered', Handler: '[link](command:x)' }, null, { FunctionName: 7 }] });

/** What a server does, what the row says of it, the cure below it, and what can be clicked. */
const servers: readonly (readonly [string, Answer, string, string, readonly string[]])[] = [
  ['answers 500', faults.serverError, 'Failed', 'Try again in a moment', ['Retry']],
  ['is overloaded', faults.throttled, 'Too many requests', 'Wait a moment', ['Retry']],
  ['sends half a body', faults.half, 'No connection', 'Check the network connection', ['Retry', 'Configure…']],
  ['is a sign-in page', faults.html, 'No connection', 'Open the address in a browser', ['Retry', 'Configure…']],
  ['finds the credentials expired', expired, 'Not signed in', 'Run "aws configure --profile default"', ['Retry', 'Configure…']],
  ['forbids it', denied, 'Not allowed', 'Ask for that permission', ['Retry', 'Configure…']],
];

describe('a server that fails, in the tree', () => {
  let deck: Deck;
  let server: FaultServer;
  before(async () => {
    server = await FaultServer.start(json({ Functions: [{ FunctionName: 'known' }] }));
    const credentials = '[default]\naws_access_key_id = a\naws_secret_access_key = b\n';
    deck = await Deck.open({ env: writeAwsHome({ credentials, variables: { AWS_ENDPOINT_URL: server.endpoint } }), userSettings: { 'functionDeck.hiddenProviders': ['gcp'] } });
    await deck.openView();
  });
  after(async () => {
    await deck?.close();
    await server?.stop();
  });
  keepFailures(() => deck);

  const scope = (): ReturnType<Deck['row']> => deck.row('default · us-east-1', 'Functions');
  /** The rows below the scope. */
  const rows = async (): Promise<string[]> => {
    const all = await deck.page.locator('.pane').first().locator('.monaco-list-row').allInnerTexts();
    const texts = all.map((text) => text.replace(/\s+/g, ' ').trim());
    return texts.slice(texts.findIndex((text) => text.startsWith('default · us-east-1')) + 1);
  };

  it('one that works shows its functions', async () => {
    await deck.expand(deck.row('AWS Lambda', 'Functions'), deck.row('known', 'Functions'));
  });

  for (const [what, answer, trouble, cure, actions] of servers) {
    it(`one that ${what} is one row with a cure, and what was known stays`, async () => {
      server.answer = answer;
      await deck.clickIcon(scope(), 'Refresh');
      await deck.row(cure, 'Functions').waitFor();
      const [error, ...below] = await rows();
      assert.ok(error?.startsWith(trouble), error);
      assert.deepEqual(below.slice(1), [...actions, 'known']);
    });
  }

  it('a retry that succeeds leaves no trace of the failure', async () => {
    server.answer = json({ Functions: [{ FunctionName: 'recovered' }] });
    await deck.row('Retry', 'Functions').click();
    await deck.row('recovered', 'Functions').waitFor();
    assert.deepEqual(await rows(), ['recovered']);
  });

  it('names and descriptions that are meant to do harm are text', async () => {
    server.answer = hostile;
    await deck.clickIcon(scope(), 'Refresh');
    await deck.row('onerror', 'Functions').waitFor();
    assert.deepEqual(await rows(), ['<img src=x onerror=alert(1)>red']);
    assert.equal(await deck.page.locator('.sidebar img[src="x"]').count(), 0);
  });

  it('another server and other regions are chosen by clicks', async () => {
    const other = await FaultServer.start(json({ Functions: [{ FunctionName: 'elsewhere' }] }));
    const step = (title: string): Promise<void> => deck.page.locator('.quick-input-title', { hasText: title }).waitFor();
    const ok = deck.page.locator('.quick-input-widget:visible .monaco-button', { hasText: 'OK' }).first();
    await deck.clickIcon(deck.row('AWS Lambda', 'Functions'), 'Configure');
    await step('Configure AWS Lambda (1/3)');
    await deck.choose('default');
    await ok.click();
    await step('(2/3)');
    await deck.quickInput().fill('eu-west-1');
    await deck.choose('eu-west-1');
    await deck.quickInput().fill('xx-moon-1');
    await deck.choose('xx-moon-1');
    await ok.click();
    await step('(3/3)');
    await deck.quickInput().fill(other.endpoint);
    await deck.choose(other.endpoint);
    await deck.row('default · xx-moon-1', 'Functions').waitFor();
    await deck.expand(deck.row('default · eu-west-1', 'Functions'), deck.row('elsewhere', 'Functions'));
    await other.stop();
  });

  it('no server at all says where to look', async () => {
    await deck.clickIcon(deck.row('default · eu-west-1', 'Functions'), 'Refresh');
    await deck.row('Start the server there or correct the setting functionDeck.aws.endpoint', 'Functions').waitFor();
  });
});
