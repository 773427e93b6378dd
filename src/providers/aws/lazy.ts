import type { Shape } from '../../core/lazy';
import type { FunctionProvider, InvokeMode } from '../../core/provider';

type Members = 'scopes' | 'list' | 'deploy' | 'remove' | 'invoke' | 'tail' | 'code' | 'config';

/** What everything that speaks Lambda's API can do. */
export type LambdaMembers = Required<Pick<FunctionProvider, Members>>;

/** The same, to be loaded when the first of them is called. */
export const lambdaShape: Shape<LambdaMembers> = {
  scopes: 'call',
  list: 'stream',
  deploy: 'call',
  remove: 'call',
  invoke: 'call',
  tail: 'stream',
  code: { download: 'call' },
  config: { read: 'call', write: 'call' },
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#lambda-Invoke-request-InvocationType */
export const invokeModes: readonly InvokeMode[] = ['sync', 'async', 'dryRun'];

/** The settings that Lambda has. */
export const settings = ['runtime', 'handler', 'memoryMb', 'timeoutSeconds', 'environment', 'description', 'role', 'architecture', 'signature'] as const;
