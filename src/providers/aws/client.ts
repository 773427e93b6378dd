import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { Price } from '../../core/cost';
import { type Endpoint, isLoopback, type ServiceName } from './endpoints';
import { watchServerTime } from './serverTime';

/** How long answers are waited for. */
export interface Patience {
  readonly readMs: number;
  /** Beyond the time that the function itself may take. */
  readonly invokeMs: number;
}

export const patience: Patience = { readMs: 15_000, invokeMs: 10_000 };

/** Everything that says where a scope's requests go, as whom, and how sentences name both. */
export interface Access {
  readonly provider: string;
  readonly scope: string;
  readonly region: string;
  readonly profile?: string;
  /** Begins a sentence: `Profile "dev"`. */
  readonly identity: string;
  /** What to do when the credentials are no good: `run "aws sso login --profile dev"`. */
  readonly signIn: string;
  /** The program that does just that, where there is one. */
  readonly signInProgram?: readonly string[] | undefined;
  /** Begins a sentence: `AWS`. */
  readonly system: string;
  /** What to do when nothing answers. */
  readonly unreachable: string;
  /** What to do when a connection breaks, where that is not the network's fault. */
  readonly broken?: string;
  readonly credentials: LambdaClientConfig['credentials'];
  readonly endpoint: (service: ServiceName) => Endpoint | undefined;
  readonly patience: Patience;
  /** The pause before it is first looked whether a change is complete, in ms; 40 by default. */
  readonly firstLookMs?: number;
  /** The role for a new function where roles mean nothing. */
  readonly role?: string;
  /** List price of a processor architecture. */
  readonly price: (architecture: string) => Price | undefined;
  /** Whose price that is, where calls are not charged for: "on AWS Lambda". */
  readonly costBasis?: string;
}

const connectMs = 5_000;

/** The clients of one scope, each made when it is first needed. */
export class Connection {
  /** Architecture by function name, as far as answers have told: a call's price hangs on it. */
  readonly architectures = new Map<string, string>();
  #reader?: LambdaClient;
  #writer?: LambdaClient;
  #logs?: CloudWatchLogsClient;
  #iam?: IAMClient;

  constructor(readonly access: Access) {}

  /** For calls that change nothing: asks up to three times. */
  get reader(): LambdaClient {
    return (this.#reader ??= new LambdaClient(this.#options('lambda', 3)));
  }

  /**
   * For calls that must not happen twice: asks once, and on a new connection each time, because a kept one that the other
   * side is just closing would leave us not knowing whether the request was read.
   */
  get writer(): LambdaClient {
    const agent = { maxFreeSockets: 0 };
    return (this.#writer ??= new LambdaClient(this.#options('lambda', 1, { httpAgent: agent, httpsAgent: agent })));
  }

  /** Asks once: the tail itself asks again, and knows how long it has been out of touch. */
  get logs(): CloudWatchLogsClient {
    return (this.#logs ??= watchServerTime(new CloudWatchLogsClient(this.#options('logs', 1))));
  }

  get iam(): IAMClient {
    return (this.#iam ??= new IAMClient(this.#options('iam', 3)));
  }

  #options(service: ServiceName, maxAttempts: number, agents = {}) {
    const { region, profile, credentials } = this.access;
    const endpoint = this.access.endpoint(service)?.url;
    return {
      region,
      profile,
      credentials,
      endpoint,
      // Found above for the right profile; the SDK would look in the wrong one.
      ignoreConfiguredEndpointUrls: true,
      disableHostPrefix: endpoint !== undefined && isLoopback(endpoint),
      retryMode: 'standard',
      maxAttempts,
      // Deadlines are set per call, by signal: they cover the body too.
      requestHandler: { connectionTimeout: connectMs, requestTimeout: 0, socketTimeout: 0, ...agents },
    };
  }
}
