import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Disposable } from '../../src/core/emitter';
import { ProviderError } from '../../src/core/errors';
import type { LogEvent } from '../../src/core/provider';
import { follow, type ReadLogs } from '../../src/core/tail';
import { commandIds } from '../../src/ui/ids';
import { count, deck, outputLines, tailed, untilShown } from './world';

const ref = { provider: 'moody', scope: 'here', name: 'moody' };
const log = 'moody (here)';

describe('a tail of a log service with moods', () => {
  const all: LogEvent[] = [];
  let mood: ProviderError | undefined;
  let registration: Disposable;

  const print = (message: string): number => all.push({ id: `${all.length}`, at: new Date(), message });
  const read: ReadLogs = async ({ since: from }) => {
    if (mood) throw mood;
    return { events: all.filter(({ at }) => at >= from), serverTime: new Date() };
  };
  const provider = tailed('Moody', ref, (_ref, since, options) => follow(read, since, { ...options, pollMs: 100 }));

  before(async () => {
    registration = (await deck()).registerProvider(provider);
    await vscode.commands.executeCommand(commandIds.tail, ref);
    print('event 1');
    await untilShown(log, 'event 1');
  });
  afterEach(() => (mood = undefined));
  after(async () => {
    await vscode.commands.executeCommand(commandIds.stopTail, ref);
    registration.dispose();
  });

  it('says once that the log is gone, with a heavy rule, and goes on with the next one', async () => {
    mood = new ProviderError('notFound', 'There is no log.');
    await untilShown(log, 'The log is gone');
    await sleep(500);
    mood = undefined;
    print('event 2');
    await untilShown(log, 'event 2');
    assert.deepEqual([count(log, 'event 1'), count(log, 'event 2'), count(log, 'The log is gone')], [1, 1, 1], outputLines(log).join('\n'));
    assert.match(outputLines(log).find((line) => line.includes('The log is gone')) ?? '', /^[\d:.]{12} ━━ .* ━━$/);
  });

  it('loses nothing while the service throttles', async () => {
    mood = new ProviderError('throttled', 'Slow down.');
    print('event 3');
    await sleep(400);
    mood = undefined;
    await untilShown(log, 'event 3');
    assert.equal(count(log, 'event 3'), 1);
  });

  it('ends where waiting does not help, says why, and goes on when it is started again', async () => {
    mood = new ProviderError('denied', 'You may not read this log; ask for the permission.');
    await untilShown(log, 'The tail ended. You may not read this log; ask for the permission.');
    print('event 4');
    mood = undefined;
    await vscode.commands.executeCommand(commandIds.tail, ref);
    await untilShown(log, 'event 4');
    await sleep(300);
    assert.deepEqual(['event 1', 'event 2', 'event 3', 'event 4'].map((word) => count(log, word)), [1, 1, 1, 1], outputLines(log).join('\n'));
  });
});
