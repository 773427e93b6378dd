// The least that runs functions as Lambda does: one process with node:http on both sides, a process for each concurrent
// call, kept for the next. No log, no limit, no check. A function's name says its language: `node-1`, `python-1`.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const [, , folder, python] = process.argv;
const here = path.dirname(fileURLToPath(import.meta.url));
const commands = { node: [process.execPath, path.join(here, 'client.cjs')], python: [python, path.join(here, 'client.py')] };
const idle = new Map();

class Environment {
  #waiting;
  #done;
  #event;

  start([command, ...args]) {
    this.server = createServer((request, response) => void this.#serve(request, response)).listen(0, '127.0.0.1', () => {
      const env = { PATH: process.env.PATH, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${this.server.address().port}`, _HANDLER: 'index.handler', LAMBDA_TASK_ROOT: folder };
      this.child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env });
    });
    return this;
  }

  call(payload) {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#event = payload;
      this.#deliver();
    });
  }

  async #serve(request, response) {
    if (request.method === 'GET') {
      this.#waiting = response;
      return this.#deliver();
    }
    const answer = await text(request);
    response.writeHead(202, { 'content-length': 0 }).end();
    this.#done(answer);
  }

  #deliver() {
    if (!this.#waiting || this.#event === undefined) return;
    this.#waiting.writeHead(200, { 'lambda-runtime-aws-request-id': randomUUID(), 'content-length': Buffer.byteLength(this.#event) }).end(this.#event);
    this.#waiting = this.#event = undefined;
  }
}

const server = createServer(async (request, response) => {
  const name = request.url.split('/')[3];
  const payload = await text(request);
  const waiting = idle.get(name) ?? [];
  idle.set(name, waiting);
  const environment = waiting.pop() ?? new Environment().start(commands[name.split('-')[0]]);
  const answer = await environment.call(payload);
  waiting.push(environment);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }).end(answer);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => {
  for (const environments of idle.values()) for (const { child } of environments) child?.kill('SIGKILL');
  process.exit(0);
});
