// Has `import` find what lies in layers, as in the cloud: Node itself looks through NODE_PATH for `require` alone.
// https://aws.amazon.com/blogs/compute/node-js-18-x-runtime-now-available-in-aws-lambda/
import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// The hooks run in a thread of their own, which loads this file again.
if (isMainThread) module.register?.(import.meta.url);

const folders = (process.env.NODE_PATH ?? '').split(path.delimiter).filter((folder) => path.basename(folder) === 'node_modules');
const parents = folders.map((folder) => pathToFileURL(path.join(path.dirname(folder), 'index.mjs')).href);

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./]|^\w+:/.test(specifier)) throw error;
    return resolveBeside(parents, specifier, context, next, error);
  }
}

async function resolveBeside([parentURL, ...rest], specifier, context, next, error) {
  if (parentURL === undefined) throw error;
  try {
    return await next(specifier, { ...context, parentURL });
  } catch (failure) {
    if (failure.code !== 'ERR_MODULE_NOT_FOUND') throw failure;
    return resolveBeside(rest, specifier, context, next, error);
  }
}
