import type { AuthClient } from 'google-auth-library';
import { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3';
import { logging_v2 } from 'googleapis/build/src/apis/logging/v2';
import { run_v1 } from 'googleapis/build/src/apis/run/v1';
import { run_v2 } from 'googleapis/build/src/apis/run/v2';
import type { CallOptions } from '../../core/provider';
import { token } from './call';
import type { Credentials } from './credentials';
import type { Endpoint, ServiceName } from './endpoints';
import { noIdToken } from './errors';

/** How long answers are waited for. */
export interface Patience {
  readonly readMs: number;
  /** Beyond the time that the function itself may take. */
  readonly invokeMs: number;
}

export const patience: Patience = { readMs: 15_000, invokeMs: 10_000 };

/** Everything that says where a project's requests go, as whom, and how sentences name both. */
export interface Access {
  readonly project: string;
  /** Begins a sentence: `Your Google account`. */
  readonly identity: string;
  /** What to do when the credentials are no good: `run "gcloud auth application-default login"`. */
  readonly signIn: string;
  /** The program that does just that, where there is one. */
  readonly signInProgram?: readonly string[] | undefined;
  readonly endpoint: (service: ServiceName) => Endpoint | undefined;
  readonly patience: Patience;
  readonly credentials: Credentials;
}

/** Any scope of a project leads to its one connection. */
export type Connect = (scope: string, options: CallOptions) => Promise<Connection>;

/** One project's clients, each made when it is first needed. None sends anything twice by itself: `call` does, where that is safe. */
export class Connection {
  #functions?: cloudfunctions_v2.Cloudfunctions;
  #run1?: run_v1.Run;
  #run2?: run_v2.Run;
  #logging?: logging_v2.Logging;
  #projects?: cloudresourcemanager_v3.Cloudresourcemanager;

  constructor(readonly access: Access) {}

  get project(): string {
    return this.access.project;
  }

  get functions(): cloudfunctions_v2.Cloudfunctions {
    return (this.#functions ??= new cloudfunctions_v2.Cloudfunctions(this.#options()));
  }

  get run1(): run_v1.Run {
    return (this.#run1 ??= new run_v1.Run(this.#options()));
  }

  get run2(): run_v2.Run {
    return (this.#run2 ??= new run_v2.Run(this.#options()));
  }

  get logging(): logging_v2.Logging {
    return (this.#logging ??= new logging_v2.Logging(this.#options()));
  }

  get projects(): cloudresourcemanager_v3.Cloudresourcemanager {
    return (this.#projects ??= new cloudresourcemanager_v3.Cloudresourcemanager(this.#options()));
  }

  /** What a function that checks its callers wants to see: who calls, and that it is meant by it. */
  async idToken(audience: string, options: CallOptions): Promise<string> {
    const { idToken } = this.access.credentials;
    if (!idToken) throw noIdToken(this.access);
    return token(this, 'iam.serviceAccounts.getOpenIdToken', () => idToken(audience), options);
  }

  async accessToken(options: CallOptions): Promise<string> {
    return token(this, 'iam.serviceAccounts.getAccessToken', async () => (await this.access.credentials.client.getAccessToken()).token, options);
  }

  /** Has the next request get a new token, where there is a way to get one: the one at hand was refused. */
  renewToken(): boolean {
    const { client, source } = this.access.credentials;
    return [source, client].filter((one) => one !== undefined).map(forget).some(Boolean);
  }

  #options() {
    return { auth: this.access.credentials.client as Auth, retry: false };
  }
}

/** The clients take every kind of credentials, and name but some of them in their types. */
type Auth = NonNullable<cloudfunctions_v2.Options['auth']>;

function forget(client: AuthClient): boolean {
  const { refresh_token, expiry_date } = client.credentials;
  const isRenewable = Boolean(refresh_token) || expiry_date !== undefined;
  if (isRenewable) client.setCredentials({ refresh_token, expiry_date: 1 });
  return isRenewable;
}
