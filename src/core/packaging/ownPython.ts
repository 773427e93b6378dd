import { findProgram } from '../findProgram';
import type { CallOptions } from '../provider';
import type { PackageRequest } from './request';
import { run } from './spawn';

/**
 * The Python that will run the function: on this machine the local runtime takes the one that the manifest's runtime
 * names, `python3.13`, when there is one that starts, unless the user has chosen another.
 */
export async function ownPython(request: PackageRequest, options: CallOptions): Promise<string | undefined> {
  const { tools, platform, manifest, folder } = request;
  if (platform !== 'host' || tools.pythonIsChosen) return tools.python;
  const { runtime = '' } = manifest;
  const windows = process.platform === 'win32';
  const file = await findProgram([windows ? 'py' : runtime]);
  if (!file) return tools.python;
  const version = windows ? [`-${runtime.slice('python'.length)}`] : [];
  const { code, stdout } = await run({ file, args: [...version, '-I', '-S', '-c', 'import sys; print(sys.executable)'], cwd: folder }, options);
  // A shim may stand for a version that is not there.
  return code === 0 && stdout.trim() ? stdout.trim() : tools.python;
}
