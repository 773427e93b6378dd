import assert from 'node:assert/strict';
import { request } from 'node:http';
import { CreateAliasCommand } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { RunningRuntime } from './harness';

const seeded = { seed: 20260101 };
const functionPaths = [
  '/2015-03-31/functions/F', '/2015-03-31/functions/F/configuration', '/2015-03-31/functions/F/code', '/2015-03-31/functions/F/versions', '/2015-03-31/functions/F/aliases',
  '/2015-03-31/functions/F/aliases/live', '/2015-03-31/functions/F/policy', '/2015-03-31/functions/F/policy/one', '/2017-10-31/functions/F/concurrency',
  '/2019-09-30/functions/F/concurrency', '/2019-09-25/functions/F/event-invoke-config', '/2019-09-25/functions/F/event-invoke-config/list', '/2021-10-31/functions/F/url',
  '/2021-10-31/functions/F/urls', '/2020-06-30/functions/F/code-signing-config', '/2021-07-20/functions/F/runtime-management-config', '/2024-08-31/functions/F/recursion-config',
  '/2017-03-31/tags/arn:aws:lambda:eu-west-1:000000000000:function:F', '/2015-03-31/functions', '/2016-08-19/account-settings',
];
const members = [
  'Name', 'FunctionVersion', 'Description', 'RoutingConfig', 'AdditionalVersionWeights', 'RevisionId', 'StatementId', 'Action', 'Principal', 'SourceArn', 'AuthType', 'Cors', 'AllowOrigins',
  'MaxAge', 'InvokeMode', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig', 'OnSuccess', 'Destination', 'ReservedConcurrentExecutions', 'Tags', 'CodeSha256',
  'ZipFile', 'Environment', 'Variables', 'DeadLetterConfig', 'TargetArn', 'Timeout', 'FunctionName', 'Code', 'Role', 'Runtime', 'Handler', '__proto__', 'constructor',
];

describe('the local runtime: any request', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('fuzzed', 'exports.handler = async () => 1;', { Publish: true });
    await runtime.lambda.send(new CreateAliasCommand({ FunctionName: 'fuzzed', Name: 'live', FunctionVersion: '1' }));
  });
  after(() => runtime.stop());

  const ask = (method: string, path: string, body = ''): Promise<{ status: number; type?: string; body: string }> => {
    const { hostname, port } = new URL(runtime.line.endpoint);
    const authorization = `AWS4-HMAC-SHA256 Credential=${runtime.line.accessKeyId}/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0`;
    return new Promise((resolve, reject) => {
      const asked = request({ hostname, port, method, path, headers: { authorization, 'content-length': Buffer.byteLength(body) } }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['x-amzn-errortype'] as string | undefined, body: text }));
      });
      asked.on('error', reject).end(body);
    });
  };
  // A refusal has a name and a reason; nothing fails.
  const isAnswered = (what: string, { status, type, body }: { status: number; type?: string; body: string }) => {
    assert.ok(status >= 200 && status < 500, `${what}: ${status} ${body}`);
    if (status < 400) return;
    const reason = JSON.parse(body) as { message?: string; Message?: string };
    assert.ok(type && (reason.message ?? reason.Message), what);
  };

  it('that it does not know is answered by its name', async () => {
    const answer = await ask('GET', '/2099-01-01/functions/fuzzed/wishes');
    assert.deepEqual([answer.status, answer.type], [404, 'UnknownOperationException']);
    assert.match(answer.body, /GET \/2099-01-01\/functions\/fuzzed\/wishes/);
  });

  it('to any path is answered', async () => {
    const piece = fc.oneof(fc.constantFrom('2015-03-31', '2021-10-31', 'functions', 'aliases', 'url', 'tags', 'fuzzed', 'live', '%24LATEST', '%00', '%ff', '..', '', 'constructor', '__proto__'), fc.webSegment());
    const path = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`);
    const query = fc.constantFrom('', '?Qualifier=live', '?Qualifier=constructor', '?MaxItems=x', '?MaxItems=0', '?Marker=%F0', '?Qualifier=');
    const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS');
    await fc.assert(fc.asyncProperty(methods, path, query, async (method, to, asked) => {
      const answer = await ask(method, `${to}${asked}`);
      if (method !== 'HEAD') isAnswered(`${method} ${to}${asked}`, answer);
    }), { ...seeded, numRuns: 200 });
  });

  it('with any body is answered, and leaves a function that runs', async () => {
    const leaf = fc.oneof(fc.constantFrom('1', '2', '$LATEST', 'live', 'one', 'NONE', 'lambda:InvokeFunction', '*', '', 'arn:aws:lambda:eu-west-1:000000000000:function:fuzzed', 0, 0.5, 1, 60, -1, 1e9, null, true), fc.string({ maxLength: 5 }));
    const body = fc.letrec((tie) => ({
      node: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('node'), { maxLength: 2 }), fc.dictionary(fc.constantFrom(...members, '1', '2'), tie('node'), { maxKeys: 3 })),
    })).node;
    const input = fc.dictionary(fc.constantFrom(...members), body, { minKeys: 1, maxKeys: 5 });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...functionPaths), fc.constantFrom('POST', 'PUT', 'GET'), fc.constantFrom('', '?Qualifier=live', '?Qualifier=1', '?tagKeys=a'), input, async (path, method, query, value) => {
      const text = JSON.stringify(value);
      isAnswered(`${method} ${path}${query} ${text}`, await ask(method, path.replace('F', 'fuzzed') + query, text));
    }), { ...seeded, numRuns: 400 });
    assert.equal((await ask('GET', '/2015-03-31/functions/fuzzed')).status, 200);
    assert.deepEqual(runtime.stderr.filter((line) => !/SDK|Warning/.test(line)), []);
  });
});
