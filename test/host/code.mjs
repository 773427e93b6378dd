#!/usr/bin/env node
// Stands where a desktop VS Code's executable would: takes the same arguments, runs the VS Code that npm carries in a
// browser without a window, and ends with the exit code of the tests.
import { launchBrowser } from './browser.mjs';
import { openServer } from './editor.mjs';

const argument = (name) => process.argv.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
const workspace = process.argv.slice(2).find((each) => !each.startsWith('--'));

const server = await openServer({
  age: process.env.FUNCTION_DECK_VSCODE ?? 'newest',
  workspace,
  extension: argument('extensionDevelopmentPath'),
  tests: argument('extensionTestsPath'),
});
const browser = await launchBrowser();
try {
  process.exitCode = await runTests();
} finally {
  await browser.close();
  await server.stop();
}

async function runTests() {
  const page = await (await browser.newContext()).newPage();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('The tests in the editor did not end within five minutes.')), 300_000);
    const exit = (code) => {
      clearTimeout(limit);
      resolve(code);
    };
    const print = (type, args) => console[type === 'error' ? 'error' : 'log'](...args);
    Promise.all([page.exposeFunction('codeAutomationExit', exit), page.exposeFunction('codeAutomationLog', print)])
      .then(() => page.goto(server.url))
      .catch(reject);
  });
}
