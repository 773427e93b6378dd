import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAwsHome } from '../fakes/environment';
import { FaultServer, json } from '../fakes/faultServer';
import { temporaryFolder } from '../fakes/host';
import { Deck, keepFailures } from './deck';

const config = `[profile corp]
region = eu-west-1
sso_session = corp
sso_account_id = 123456789012
sso_role_name = reader
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.example/start
`;

describe('a profile that has to sign in', () => {
  let deck: Deck;
  let server: FaultServer;
  const folder = temporaryFolder();
  const called = path.join(folder, 'called');
  before(async () => {
    server = await FaultServer.start(json({ Functions: [] }));
    // Stands for the vendor's program, and keeps what it was called with.
    const program = `#!/usr/bin/env node\nrequire('node:fs').writeFileSync(${JSON.stringify(called)}, process.argv.slice(2).join(' '));\n`;
    await writeFile(path.join(folder, 'aws'), program);
    await chmod(path.join(folder, 'aws'), 0o755);
    const variables = { HOME: folder, PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`, AWS_ENDPOINT_URL: server.endpoint };
    deck = await Deck.open({ env: writeAwsHome({ config, variables }) });
    await deck.openView();
  });
  after(async () => {
    await deck?.close();
    await server?.stop();
  });
  keepFailures(() => deck);

  it('is told what to run, and runs it by a click', async () => {
    await deck.expand(deck.row('AWS Lambda', 'Functions'), deck.row('Run "aws sso login --profile corp"', 'Functions'));
    await deck.row('Sign In…', 'Functions').click();
    for (let tries = 0; tries < 80 && (await text()) === ''; tries++) await deck.page.waitForTimeout(100);
    assert.equal(await text(), 'sso login --profile corp');
  });

  const text = (): Promise<string> =>
    readFile(called, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
});
