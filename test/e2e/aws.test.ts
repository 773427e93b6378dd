import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { homeAt, writeAwsHome } from '../fakes/environment';
import { startLocalRuntime } from '../fakes/localRuntime';
import { logWriter } from '../fakes/logWriter';
import { startMoto } from '../fakes/moto';
import { Deck, keepFailures } from './deck';

/** A server that speaks AWS's APIs, how the editor comes to know of it, and what is different there. */
interface Server {
  readonly env: Readonly<Record<string, string>>;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly scope: string;
  /** Chooses a role for the new function. */
  readonly role: (deck: Deck) => Promise<void>;
  /** What the result shows of `{"name": "Function Deck"}`. */
  readonly answer: string;
  /** Makes a line appear in the log; without it the function's own are looked for. */
  readonly write?: (line: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

describeLoop('a server by others, told by a setting, without any account', async () => {
  const moto = await startMoto();
  if (!moto) return undefined;
  const write = logWriter(moto.endpoint);
  return {
    env: writeAwsHome({}),
    userSettings: { 'functionDeck.aws.endpoint': moto.endpoint },
    scope: 'default · us-east-1',
    role: (deck) => deck.choose('Create a basic execution role'),
    answer: 'Function Deck',
    write: (line) => write({ name: 'hello' }, [line]),
    stop: () => moto.stop(),
  };
});

describeLoop('the local runtime as any other server, told by a profile', async () => {
  const runtime = await startLocalRuntime();
  return {
    env: writeAwsHome(homeAt(runtime.endpoint, runtime.accessKeyId)),
    scope: 'default · us-east-1',
    role: async (deck) => {
      await deck.choose('Enter the name of a role');
      await deck.answerTo('Full name (ARN) of the role', 'arn:aws:iam::123456789012:role/any');
    },
    answer: 'Hello, Function Deck!',
    stop: () => runtime.stop(),
  };
});

function describeLoop(name: string, start: () => Promise<Server | undefined>): void {
  describe(`the whole loop on AWS Lambda, by clicks: ${name}`, () => {
    let deck: Deck;
    let server: Server;
    before(async function () {
      const started = await start();
      if (!started) {
        console.log('    moto is not installed for python3: pip install "moto[server]"');
        return this.skip();
      }
      server = started;
      deck = await Deck.open({ env: server.env, userSettings: { 'functionDeck.tail.pollSeconds': 0.5, ...server.userSettings } });
      await deck.openView();
    });
    after(async () => {
      await deck?.close();
      await server?.stop();
    });
    keepFailures(() => deck);

    const cloud = (): ReturnType<Deck['row']> => deck.row('hello', 'Functions');
    const code = (): string => path.join(deck.workspace, 'hello/lambda_function.py');

    it('opens the provider, and its scope tells which server it is', async () => {
      await deck.expand(deck.row('AWS Lambda', 'Functions'), deck.row(server.scope, 'Functions').getByText('on 127.0.0.1:'));
      await deck.page.locator('.pane .monaco-list-row', { hasText: 'No functions here yet' }).nth(1).waitFor();
    });

    it('deploys to the scope that was clicked, after it asked for a role and showed the plan', async () => {
      await deck.page.locator('.pane .monaco-list-row', { hasText: 'Deploy…' }).nth(1).click();
      await deck.choose('hello');
      await deck.answerTo('Name of this target', 'cloud');
      await server.role(deck);
      await deck.choose('Create hello on AWS Lambda default/us-east-1 (cloud)');
      await deck.notification('hello is deployed to AWS Lambda').waitFor();
      await cloud().waitFor();
      const manifest = JSON.parse(await readFile(path.join(deck.workspace, 'hello/deck.json'), 'utf8')) as { targets: Record<string, { role?: string }> };
      assert.deepEqual(Object.keys(manifest.targets), ['local', 'cloud']);
      assert.match(manifest.targets['cloud']?.role ?? '', /^arn:aws:iam::/);
    });

    it('tails and invokes', async () => {
      await deck.clickNotification('hello is deployed', 'Tail Log');
      await deck.outputShows('Tailing hello');
      await deck.clickIcon(cloud(), 'Invoke');
      await deck.result().getByText('Succeeded').waitFor();
      await deck.result().getByText(server.answer).first().waitFor();
      await server.write?.('a line that somebody wrote');
      const line = server.write ? /a line that somebody wrote/g : /greeting Function Deck/g;
      await deck.outputShows(line);
      // Two more looks at the log must not bring it again.
      await deck.page.waitForTimeout(1200);
      assert.equal((await deck.output()).match(line)?.length, 1);
    });

    it('updates changed code, and only that', async () => {
      await writeFile(code(), (await readFile(code(), 'utf8')).replace('Hello', 'Good morning'));
      await deck.clickIcon(cloud(), 'Deploy');
      await deck.choose('Update hello on AWS Lambda default/us-east-1 (cloud)');
      await deck.notification('hello is deployed to AWS Lambda').waitFor();
      await deck.clickIcon(cloud(), 'Deploy');
      await deck.page.locator('.statusbar', { hasText: 'hello is up to date on AWS Lambda' }).waitFor();
    });

    it('deletes it there, after asking', async () => {
      await deck.chooseFromMenu(cloud(), 'Delete');
      await deck.choose('Delete hello');
      await cloud().waitFor({ state: 'detached' });
    });
  });
}
