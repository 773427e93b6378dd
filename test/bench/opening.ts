// A process of its own, bundled as the extension is: opens a cloud and its scope as the view does, and prints what that took.
import { once } from 'node:events';
import type { TreeNode } from '../../src/core/tree/functionNodes';
import { FunctionTree } from '../../src/core/tree/functionTree';
import { FunctionService } from '../../src/core/service';
import { aws } from '../../src/providers/aws';
import { gcp } from '../../src/providers/gcp';

const [, , dist = '', endpoint = '', wanted = '', cloud = 'aws'] = process.argv;

const settings: Readonly<Record<string, unknown>> = { [`${cloud}.endpoint`]: endpoint, 'gcp.projects': ['bench'] };
const service = new FunctionService();
service.register((cloud === 'gcp' ? gcp : aws)({ dist, storage: dist, setting: <T>(key: string) => settings[key] as T | undefined, log: () => undefined }));
const tree = new FunctionTree(service, {
  isHidden: () => false,
  arrangement: () => ({ filter: '', order: 'name', pins: [] }),
  autoLoad: () => Number(wanted),
  sourceOf: () => undefined,
  now: () => performance.now(),
});

const isLast = (rows: readonly TreeNode[]): boolean => rows.length === Number(wanted) && rows.every(({ kind }) => kind === 'function');

async function open(): Promise<{ first: number; last: number }> {
  const start = performance.now();
  const [provider] = tree.roots();
  const [scope] = await tree.children(provider);
  if (scope?.kind !== 'scope') throw new Error(`There is no scope: ${JSON.stringify(scope)}`);
  const complete = new AbortController();
  // The editor asks for the rows again whenever it is told to.
  const again = async (): Promise<void> => {
    if (isLast(await tree.children(scope))) complete.abort();
  };
  tree.onDidChange((nodes) => void (nodes?.includes(scope) && again()));
  const rows = await tree.children(scope);
  if (rows[0]?.kind !== 'function') throw new Error(`The first row is no function: ${JSON.stringify(rows[0])}`);
  const first = performance.now() - start;
  await once(complete.signal, 'abort');
  return { first, last: performance.now() - start };
}

void open().then((times) => console.log(JSON.stringify(times)));
