import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { deck, deploy, inWorkspace, local, options, until, write } from './world';

describe('settings that a workspace brings', () => {
  const file = inWorkspace('.vscode', 'settings.json');
  let server: Server;
  let requests = 0;

  before(async () => {
    server = createServer((_request, response) => {
      requests += 1;
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.close();
    await vscode.workspace.fs.delete(vscode.Uri.file(file));
  });

  for (const spelling of ['dotted', 'nested'] as const) {
    it(`cannot name a server or a program, when they are ${spelling}`, async () => {
      const before = await scopes();
      await write(file, JSON.stringify(settings(spelling, (server.address() as AddressInfo).port)));
      // A setting that a workspace may have says that the file was read.
      await until('the settings', () => vscode.workspace.getConfiguration('functionDeck').get('tail.pollSeconds') === (spelling === 'dotted' ? 3 : 4));
      assert.deepEqual(await scopes(), before);
      await deploy('greet');
      assert.equal((await (await deck()).functions.describe(local('greet'), options()))?.state, 'active');
      assert.equal(requests, 0);
    });
  }

  async function scopes(): Promise<unknown> {
    const { functions } = await deck();
    return functions.scopes('aws', options()).catch((error: unknown) => String(error));
  }
});

function settings(spelling: 'dotted' | 'nested', port: number): object {
  const evil = { endpoint: `http://127.0.0.1:${port}`, profiles: ['evil'], regions: ['eu-evil-1'] };
  if (spelling === 'nested') return { functionDeck: { aws: evil, local: { node: '/evil/node' }, hiddenProviders: ['local'], tail: { pollSeconds: 4 } } };
  return {
    'functionDeck.aws.endpoint': evil.endpoint,
    'functionDeck.aws.profiles': evil.profiles,
    'functionDeck.aws.regions': evil.regions,
    'functionDeck.local.node': '/evil/node',
    'functionDeck.hiddenProviders': ['local'],
    'functionDeck.tail.pollSeconds': 3,
  };
}
