import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { install } from '../host/install.mjs';
import { RunningRuntime } from '../unit/runtime/harness';
import { clock, type Figure, median } from './report';

const packages = ['@aws-sdk/client-s3@3.1162.0', '@aws-sdk/client-dynamodb@3.1162.0', 'lodash@4.17.21', 'moment@2.30.1'];
const rounds = 12;
const ignored = 2;
/** Node writes down what it compiled only some time after the first call. */
const restMs = 900;

/** The first call of a function that loads much, against Node alone running the same file. Each time the code is the same. */
export async function heavyFigures(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'function-deck-bench-'));
  const modules = await install('bench-heavy', packages);
  const source = `const need = require('node:module').createRequire(${JSON.stringify(path.join(modules, 'index.js'))});
    const loaded = ['@aws-sdk/client-s3', '@aws-sdk/client-dynamodb', 'lodash', 'moment'].map(need);
    exports.handler = async () => loaded.length;\n`;
  const file = path.join(folder, 'index.js');
  await writeFile(file, source);
  const runtime = await RunningRuntime.start();
  try {
    await runtime.node('heavy', source, { MemorySize: 1024 });
    const [own, plain]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      // Whatever ran is ended by a change of its settings.
      await runtime.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'heavy', Description: String(round) }));
      await sleep(restMs);
      own.push(await clock(() => runtime.call('heavy')));
      await sleep(restMs);
      plain.push(await clock(() => promisify(execFile)(process.execPath, [file])));
    }
    const [ours, value] = [own, plain].map((times) => median(times.slice(ignored))) as [number, number];
    return [{ what: `cold heavy node (${process.version})`, ours, unit: 'ms', peer: { name: 'node index.js', value }, limit: { must: 1.1, aim: 0.75 } }];
  } finally {
    await runtime.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
