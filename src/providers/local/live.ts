import { folderBucket, folderHash } from '../../core/folderLink';
import type { CallOptions, CloudFunction, DeployOptions, LiveFacet } from '../../core/provider';
import type { CodeRequest } from '../aws/create';
import type { LambdaMembers } from '../aws/lazy';
import type { Live } from './health';
import { askRuntime } from './own';

/** Has a function run the code of a request. */
export type Link = (request: CodeRequest, options: DeployOptions) => Promise<CloudFunction>;

type Ensure = (options: CallOptions) => Promise<Live>;

/** As the runtime tells them by the names of functions. */
interface Facts {
  readonly folder?: string;
  readonly isGone?: boolean;
  readonly runsOn?: string;
}

type Add = <T extends CloudFunction>(fn: T) => T;

/** The members with which functions run from folders, and are seen to. */
export function withFolders(members: LambdaMembers, link: Link, ensure: Ensure): LambdaMembers & { readonly live: LiveFacet } {
  const read = async (options: CallOptions, name?: string): Promise<Add> => addFacts(await readFacts(ensure, options, name));
  const tell = async <T extends CloudFunction>(fn: T, options: CallOptions): Promise<T> => (await read(options, fn.ref.name))(fn);
  return {
    ...members,
    list: async function* (scope, options) {
      let add: Add | undefined;
      for await (const page of members.list(scope, options)) {
        // After the first page: only then is the runtime certainly there.
        const known = (add ??= await read(options));
        yield { ...page, functions: page.functions.map((fn) => known(fn)) };
      }
    },
    deploy: async (request, options) => tell(await members.deploy(request, options), options),
    config: {
      read: async (ref, options) => {
        const found = await members.config.read(ref, options);
        return found && tell(found, options);
      },
      write: async (ref, change, revision, options) => tell(await members.config.write(ref, change, revision, options), options),
    },
    live: {
      link: async ({ ref, settings, folder }, options) => {
        const code = { input: { S3Bucket: folderBucket, S3Key: folder }, hash: folderHash(folder) };
        return tell(await link({ ref, settings, code }, options), options);
      },
    },
  };
}

async function readFacts(ensure: Ensure, options: CallOptions, name?: string): Promise<ReadonlyMap<string, Facts>> {
  const path = name === undefined ? 'functions' : `functions?name=${encodeURIComponent(name)}`;
  const answer = await askRuntime(await ensure(options), { method: 'GET', path }, options);
  return new Map(Object.entries(Object(answer) as Record<string, Facts>));
}

/** What runs from a folder has no package: no size, no hash to compare by, nothing to download. */
function addFacts(all: ReadonlyMap<string, Facts>): Add {
  return (fn) => {
    const { folder, isGone, runsOn } = all.get(fn.ref.name) ?? {};
    const own = folder === undefined ? {} : { liveFrom: folder, codeBytes: undefined, cannot: ['code'] as const };
    const trouble = isGone ? { state: 'failed' as const, stateReason: `${folder} is not there any more; put it back, or deploy from where it is now.` } : {};
    return { ...fn, ...own, ...trouble, ...(runsOn === undefined ? {} : { runsOn }) };
  };
}
