// Runs every suite, prints what each says, and ends with what failed and one line: how many tests passed and failed in
// all. What failed is said again at the end, because some build servers keep only the end of so long an output.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fetchServer } from './editor.mjs';
import { root } from './paths.mjs';

const bin = (name) => path.join(root, 'node_modules', ...name.split('/'));
const mocha = ['mocha/bin/mocha.js', '--config', 'test/mocharc.json'];

/** Suites with the number of tests that mocha says they ran; the checks count as one test each. */
const checks = {
  types: ['typescript/bin/tsc'],
  lint: ['eslint/bin/eslint.js', '--config', 'test/eslint.config.mjs', 'src', 'test'],
};
const suites = {
  // Three at once on two cores, because much of it waits for others.
  unit: [...mocha, '--parallel', '--jobs', '3', 'test/{unit,contract}/**/*.test.ts'],
  'in the oldest editor': ['./test/extension/run.mjs', 'oldest'],
  'in the newest editor': ['./test/extension/run.mjs', 'newest'],
  'end to end': [...mocha, '--parallel', '--jobs', '2', 'test/e2e/*.test.ts'],
};

const results = [];

function run(name, [script, ...args]) {
  const file = script.startsWith('./') ? path.join(root, script) : bin(script);
  const started = Date.now();
  const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (written += data));
  return new Promise((resolve) => {
    child.once('error', (error) => (written += String(error)));
    child.once('close', (code) => {
      console.log(`\n== ${name} (${((Date.now() - started) / 1000).toFixed(0)} s)\n${written.trimEnd()}`);
      resolve({ name, code, written });
    });
  });
}

async function check(name) {
  const { code, written } = await run(name, checks[name]);
  results.push({ name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, failures: written });
}

/** A suite that ends badly without naming a failed test, or that ran none, counts as one failed test. */
async function suite(name) {
  const { code, written } = await run(name, suites[name]);
  const count = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(written)?.[1] ?? 0);
  const [passed, failed] = [count('passing'), count('failing')];
  const failures = failed ? written.slice(written.search(/^\s*\d+ failing/m)) : written.slice(-4000);
  results.push({ name, passed, failed: failed || (code !== 0 || passed === 0 ? 1 : 0), failures });
}

const built = await run('build', ['./src/build.mjs']);
if (built.code !== 0) results.push({ name: 'build', passed: 0, failed: 1, failures: built.written });
else {
  const fetched = Promise.all([fetchServer('oldest'), fetchServer('newest')]);
  await Promise.all([check('types').then(() => check('lint')), suite('unit'), fetched]);
  await Promise.all([suite('in the oldest editor'), suite('in the newest editor')]);
  await suite('end to end');
}

for (const { name, failures } of results.filter(({ failed }) => failed > 0)) {
  console.log(`\n== what failed: ${name}\n${failures.trim()}`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${results.map(({ name, passed, failed }) => `${name}: ${passed} passed, ${failed} failed`).join('\n')}\n`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
