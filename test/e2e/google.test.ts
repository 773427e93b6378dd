import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type GoogleCloud, startGoogleCloud } from '../fakes/googleCloud';
import { Deck, keepFailures } from './deck';

const project = 'demo-project';

describe('the whole loop on Google Cloud, by clicks', () => {
  let deck: Deck;
  let cloud: GoogleCloud;
  before(async () => {
    cloud = await startGoogleCloud('authorized_user', { stageMs: 60 });
    cloud.google.project(project).addFunction('us-central1', 'neighbour');
    deck = await Deck.open({
      env: cloud.variables,
      userSettings: { 'functionDeck.gcp.endpoint': cloud.google.url, 'functionDeck.gcp.projects': [project], 'functionDeck.hiddenProviders': ['aws'] },
    });
    await deck.openView();
  });
  after(async () => {
    await deck?.close();
    await cloud?.stop();
  });
  keepFailures(() => deck);

  const row = (): ReturnType<Deck['row']> => deck.row(/shout.*europe-west1/s, 'Functions');
  const manifest = async (): Promise<{ targets: Record<string, unknown> }> =>
    JSON.parse(await readFile(path.join(deck.workspace, 'shout/deck.json'), 'utf8')) as { targets: Record<string, unknown> };
  const hits = (): number => cloud.google.requests.filter(({ path: at }) => at.startsWith(`/run/${project}/europe-west1/shout`)).length;

  it('scaffolds a function and lists the project, all locations in one list', async () => {
    await deck.newFunction('shout', 'JavaScript', 'HTTP function');
    await deck.expand(deck.row('Google Cloud', 'Functions'), deck.row('neighbour', 'Functions').getByText('us-central1'));
  });

  it('runs it here, from its folder, before any cloud knows it', async () => {
    await deck.clickIcon(deck.row('shout', 'Source Folders'), 'Deploy');
    await deck.clickNotification('shout runs live from its folder', 'Invoke');
    await deck.result().getByText('Succeeded').waitFor();
    await deck.result().getByText('200').first().waitFor();
  });

  it('asks what calls it and who may, shows the plan, and deploys to a location', async () => {
    await deck.chooseFromMenu(deck.row('shout', 'Source Folders'), 'Deploy to');
    await deck.choose('Another place');
    await deck.choose('Google Cloud');
    await deck.choose('europe-west1');
    await deck.answerTo('Name of this target', 'dev');
    await deck.choose('HTTP');
    await deck.choose('Only callers with permission');
    await deck.choose(`Create shout on Google Cloud ${project}/europe-west1 (dev)`);
    await deck.notification('shout is deployed to Google Cloud').waitFor({ timeout: 60_000 });
    await row().waitFor();
    assert.deepEqual((await manifest()).targets['dev'], { provider: 'gcp', scope: `${project}/europe-west1`, trigger: { kind: 'http' }, access: 'private' });
  });

  it('tails and invokes a private function, once, and its log joins the result', async () => {
    await deck.clickNotification('shout is deployed to Google Cloud', 'Tail Log');
    await deck.outputShows('Tailing shout');
    await deck.clickIcon(row(), 'Invoke');
    await deck.result().getByText(`Google Cloud ${project}/europe-west1`).waitFor();
    await deck.result().getByText('200 OK').waitFor();
    await deck.result().locator('#log').getByText('POST /hello').waitFor();
    assert.equal(hits(), 1);
    await deck.outputShows(/POST .*200|200 .*POST/);
    await deck.picture('google');
  });

  it('updates changed code, and only that', async () => {
    const file = path.join(deck.workspace, 'shout/index.js');
    await writeFile(file, (await readFile(file, 'utf8')).replace('Hello', 'Good morning'));
    await deck.clickIcon(row(), 'Deploy');
    await deck.choose('Update shout on Google Cloud');
    await deck.notification('shout is deployed to Google Cloud').waitFor({ timeout: 60_000 });
    const [patch] = cloud.google.seen('PATCH', /\/functions\/shout$/);
    assert.match(decodeURIComponent(patch?.url ?? ''), /updateMask=build_?[cC]onfig/);
    await deck.clickIcon(row(), 'Deploy');
    await deck.page.locator('.statusbar', { hasText: 'shout is up to date on Google Cloud' }).waitFor();
    await deck.clickIcon(row(), 'Invoke');
    await deck.result().getByText('Good morning').first().waitFor();
    assert.equal(hits(), 2);
  });

  it('rolls back to the version before', async () => {
    await deck.chooseFromMenu(row(), 'Versions and Traffic');
    await deck.choose('shout-00001');
    await deck.choose('Send all calls here');
    await deck.choose('Share the calls out like this');
    await deck.notification('The calls of shout go to').waitFor({ timeout: 60_000 });
    await deck.clickIcon(row(), 'Invoke');
    await deck.result().getByText('Hello').first().waitFor();
  });

  it('deletes it there, after asking', async () => {
    await deck.chooseFromMenu(row(), 'Delete');
    await deck.choose('Delete shout');
    await row().waitFor({ state: 'detached' });
    assert.equal(cloud.google.project(project).functions.has(`projects/${project}/locations/europe-west1/functions/shout`), false);
  });
});
