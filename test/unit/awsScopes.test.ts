import assert from 'node:assert/strict';
import { isProviderError } from '../../src/core/errors';
import { aws } from '../../src/providers/aws';
import { findEndpoint } from '../../src/providers/aws/endpoints';
import { parseScope } from '../../src/providers/aws/scopes';
import { readSharedConfig, signIn, signInProgram } from '../../src/providers/aws/sharedConfig';
import { type AwsHome, homeAt, useAwsHome } from '../fakes/environment';
import { FaultServer, json } from '../fakes/faultServer';
import { fakeHost } from '../fakes/host';

const options = { signal: new AbortController().signal };

const config = `
[default]
region = eu-central-1
[profile dev]
sso_session = corp
region = us-west-2
services = here
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = dev
[profile bare]
endpoint_url = http://192.0.2.1:2
[sso-session corp]
sso_region = us-east-1
[services here]
lambda =
  endpoint_url = http://127.0.0.1:1
cloudwatch_logs =
  endpoint_url = http://127.0.0.1:4
`;
const credentials = '[default]\naws_access_key_id = a\naws_secret_access_key = b\n[old]\naws_access_key_id = a\naws_secret_access_key = b\n';

describe('the scopes of AWS', () => {
  let restore: (() => void) | undefined;
  const at = (home: AwsHome): void => void (restore = useAwsHome(home));
  const ids = async (settings = {}): Promise<string[]> => (await aws(fakeHost(settings)).scopes(options)).map(({ id }) => id);

  afterEach(() => {
    restore?.();
    restore = undefined;
  });

  it('are the profiles of both files, each in its own region', async () => {
    at({ config, credentials });
    assert.deepEqual(await ids(), ['default/eu-central-1', 'dev/us-west-2', 'admin/us-east-1', 'bare/us-east-1', 'old/us-east-1']);
    const scopes = await aws(fakeHost()).scopes(options);
    assert.equal(scopes[4]?.description, 'no region is configured');
  });

  it('take the environment for a region, and for the order', async () => {
    at({ config, credentials, variables: { AWS_REGION: 'eu-north-1', AWS_PROFILE: 'old' } });
    assert.deepEqual((await ids()).slice(0, 2), ['old/eu-north-1', 'default/eu-central-1']);
  });

  it('are those that the settings ask for', async () => {
    at({ config, credentials });
    assert.deepEqual(await ids({ 'aws.profiles': ['dev', 'no'], 'aws.regions': ['a-1', 'b-2', 'a-1'] }), ['dev/a-1', 'dev/b-2']);
  });

  it('are one more where the environment holds credentials', async () => {
    at({ variables: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_DEFAULT_REGION: 'eu-west-1' } });
    assert.deepEqual(await ids(), ['environment/eu-west-1']);
  });

  const nothing: readonly (readonly [string, object, RegExp])[] = [
    ['without any configuration', {}, /^No AWS profile was found; run "aws configure" or "aws configure sso"/],
    ['without a profile that the setting names', { 'aws.profiles': ['ghost'] }, /setting functionDeck.aws.profiles|No AWS profile/],
  ];
  for (const [title, settings, words] of nothing) {
    it(`${title} say what to run`, async () => {
      at(title.startsWith('without a profile') ? { config } : {});
      await assert.rejects(ids(settings), (error) => isProviderError(error) && error.kind === 'auth' && words.test(error.message));
    });
  }

  it('name what to run for fresh credentials, through a role too', async () => {
    at({ config, credentials });
    const shared = await readSharedConfig();
    assert.equal(signIn(shared, 'admin'), 'run "aws sso login --profile dev"');
    assert.deepEqual(signInProgram(shared, 'admin'), ['aws', 'sso', 'login', '--profile', 'dev']);
    assert.equal(signInProgram(shared, 'old'), undefined);
    assert.match(signIn(shared, 'old'), /aws configure --profile old/);
  });

  it('have an address each, in a fixed order of who says so', async () => {
    at({ config, credentials });
    const shared = await readSharedConfig();
    const url = (service: 'lambda' | 'logs' | 'iam', profile: string, environment = {}, setting?: string) => findEndpoint(service, setting, environment, shared, profile)?.url;
    assert.equal(url('lambda', 'dev'), 'http://127.0.0.1:1');
    assert.equal(url('logs', 'dev'), 'http://127.0.0.1:4');
    assert.equal(url('iam', 'dev'), undefined);
    assert.equal(url('iam', 'bare'), 'http://192.0.2.1:2');
    const environment = { AWS_ENDPOINT_URL: 'http://e', AWS_ENDPOINT_URL_LAMBDA: 'http://l', AWS_ENDPOINT_URL_LOGS: 'http://g' };
    assert.deepEqual([url('lambda', 'dev', environment), url('logs', 'dev', environment), url('iam', 'dev', environment)], ['http://l', 'http://g', 'http://e']);
    assert.equal(url('lambda', 'dev', environment, 'http://s'), 'http://s');
    assert.equal(url('lambda', 'dev', { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }), undefined);
  });

  it('need no account where the server is on this machine', async () => {
    const server = await FaultServer.start(json({ Functions: [] }));
    const settings = { 'aws.endpoint': server.endpoint };
    at({});
    assert.deepEqual(await ids(settings), ['default/us-east-1']);
    await aws(fakeHost(settings)).list({ id: 'default/us-east-1', label: '' }, options)[Symbol.asyncIterator]().next();
    restore?.();
    at({ config });
    await aws(fakeHost(settings)).list({ id: 'bare/us-east-1', label: '' }, options)[Symbol.asyncIterator]().next();
    const keys = server.hits.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1]);
    assert.deepEqual(keys, ['test', 'test']);
    await assert.rejects(ids({ 'aws.endpoint': 'http://192.0.2.1:2', 'aws.profiles': ['ghost'] }), isProviderError);
    await server.stop();
  });

  it('can be chosen: profiles that were found, regions as data, a server', async () => {
    at({ config, credentials, variables: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' } });
    const [profiles, regions, server] = (await aws(fakeHost({ 'aws.regions': ['eu-west-1'] })).configure?.settings(options)) ?? [];
    assert.deepEqual(profiles?.values.map(({ value }) => value), ['environment', 'default', 'dev', 'admin', 'bare', 'old']);
    assert.equal(profiles?.values[2]?.note, 'us-west-2 · SSO');
    assert.deepEqual(regions?.picked, ['eu-west-1']);
    assert.ok(regions.values.every(({ value }) => regions.pattern.test(value)) && regions.pattern.test(regions.example));
    assert.ok(server?.kind === 'one' && server.pattern.test(server.example) && !server.pattern.test('localhost:1'));
  });

  it('are read back from their ids', () => {
    assert.deepEqual(parseScope('team/dev/us-east-1'), { profile: 'team/dev', region: 'us-east-1' });
    for (const bad of ['dev', '/us-east-1', 'dev/', 'dev/evil.example#']) assert.throws(() => parseScope(bad), isProviderError);
  });

  it('tell what to do about a profile without credentials, one that is gone, and an address that is none', async () => {
    at({ config });
    const first = async (id: string, settings = {}) => aws(fakeHost(settings)).list({ id, label: id }, options)[Symbol.asyncIterator]().next();
    await assert.rejects(first('bare/us-east-1'), /Profile "bare" has no usable credentials; run "aws configure --profile bare"/);
    await assert.rejects(first('dev/us-east-1'), /aws sso login --profile dev/);
    await assert.rejects(first('ghost/us-east-1'), /There is no AWS profile "ghost"/);
    await assert.rejects(first('bare/us-east-1', { 'aws.endpoint': 'localhost:1' }), /"localhost:1" is no address of a server; correct the setting functionDeck.aws.endpoint/);
  });

  it('are asked with the profile\'s own key, and with a new one as soon as the file has it', async () => {
    const server = await FaultServer.start(json({ Functions: [] }));
    const provider = aws(fakeHost());
    for (const key of ['first', 'second']) {
      at(homeAt(server.endpoint, key));
      await provider.list({ id: 'default/us-east-1', label: '' }, options)[Symbol.asyncIterator]().next();
      restore?.();
    }
    const keys = server.hits.map(({ headers }) => /Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1]);
    assert.deepEqual(keys, ['first', 'second']);
    await server.stop();
  });
});
