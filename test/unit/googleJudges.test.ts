import assert from 'node:assert/strict';
import { v2 } from '@google-cloud/functions';
import { OAuth2Client } from 'google-auth-library';
import { startGoogle, type GoogleFake } from '../fakes/google';

describe("the Google fake, judged by Google's own clients", () => {
  let fake: GoogleFake;
  before(async () => void (fake = await startGoogle()));
  after(() => fake.dispose());

  it('lists', async () => {
    const project = fake.project('p-list');
    for (let i = 0; i < 5; i += 1) project.addFunction('us-central1', `f${i}`);
    const client = judge(fake);
    const names: string[] = [];
    for await (const one of client.listFunctionsAsync({ parent: 'projects/p-list/locations/-', pageSize: 2 })) names.push(one.name ?? '');
    assert.equal(names.length, 5);
  });
});

function judge(fake: GoogleFake): v2.FunctionServiceClient {
  const { hostname, port } = new URL(fake.url);
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: fake.token, expiry_date: Date.now() + 3_600_000 });
  return new v2.FunctionServiceClient({ fallback: true, apiEndpoint: hostname, port: Number(port), protocol: 'http', authClient, projectId: 'x' } as never);
}
