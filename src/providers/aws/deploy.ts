import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { ProviderError } from '../../core/errors';
import type { CloudFunction, DeployOptions, DeployRequest } from '../../core/provider';
import type { Connection } from './client';
import { type CodeRequest, create } from './create';
import { describe } from './describe';
import { strange } from './linkErrors';
import { toFunction } from './row';
import { difference, newArchitecture, toConfiguration } from './settings';
import { isSettling, settleAfter } from './settle';
import { host } from './site';
import { updateCode, updateConfiguration } from './update';

/** What Lambda takes in one request; larger packages would have to go by S3. */
const mostBytes = 50 * 1024 * 1024;

/** Creates or updates, one step after the other; returns when the new code and configuration serve. */
export async function deploy(connection: Connection, request: DeployRequest, options: DeployOptions): Promise<CloudFunction> {
  checkSize(request);
  const { ref, settings, package: zip } = request;
  return deployCode(connection, { ref, settings, code: { input: { ZipFile: zip.bytes }, hash: zip.hash } }, options);
}

/** The same for code that comes in any way. */
export async function deployCode(connection: Connection, request: CodeRequest, options: DeployOptions): Promise<CloudFunction> {
  const { report } = options;
  report('Reading the function as it is', 0.05);
  const current = await describe(connection, { name: request.ref.name }, options);
  const deployed = current ? await update(connection, request, current, options) : await createAndSettle(connection, request, options);
  report('Deployed', 1);
  const result = toFunction(connection, deployed);
  if (!result) throw new ProviderError('network', strange(host(connection.access, 'lambda:GetFunctionConfiguration')));
  return result;
}

async function createAndSettle(connection: Connection, request: CodeRequest, options: DeployOptions): Promise<FunctionConfiguration> {
  options.report(`Creating ${request.ref.name}`, 0.2);
  const created = await create(connection, request, options);
  options.report('Waiting until it is active', 0.7);
  return settleAfter(connection, created, `${request.ref.name} was created, but is not active`, options);
}

async function update(connection: Connection, request: CodeRequest, found: FunctionConfiguration, options: DeployOptions): Promise<FunctionConfiguration> {
  const { ref, settings, code } = request;
  // A change under way would refuse ours, and its end gives a new revision.
  let current = isSettling(found) ? await settleAfter(connection, found, `Nothing of ${ref.name} was changed`, options) : found;
  const newCode = current.CodeSha256 !== code.hash || newArchitecture(settings, current) !== undefined;
  if (newCode) {
    options.report('Uploading the code', 0.2);
    current = await updateCode(connection, request, current, options);
    options.report('Waiting until the code is active', 0.5);
    current = await settleAfter(connection, current, `The new code of ${ref.name} was uploaded, but is not active, and its configuration was not changed`, options);
  }
  const change = difference(toConfiguration(settings), current);
  if (!change) return current;
  options.report('Changing the configuration', 0.7);
  current = await updateConfiguration(connection, change, { current, newCode }, options);
  options.report('Waiting until the configuration is active', 0.85);
  return settleAfter(connection, current, `The configuration of ${ref.name} was changed, but is not active`, options);
}

function checkSize({ ref, package: zip }: DeployRequest): void {
  if (zip.bytes.length <= mostBytes) return;
  const size = Math.ceil(zip.bytes.length / 1024 / 1024);
  throw new ProviderError('invalid', `The deployment package of ${ref.name} has ${size} MB, 50 MB are allowed; leave out what it does not need with .deckignore.`);
}
