import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import type { FunctionRef } from '../../src/core/provider';
import { Pins } from '../../src/ui/functions/pins';

/** A memory that keeps JSON, as the editor's does. */
class Memory implements Memento {
  readonly #texts = new Map<string, string>();

  keys(): readonly string[] {
    return [...this.#texts.keys()];
  }

  get<T>(key: string, fallback?: T): T | undefined {
    const text = this.#texts.get(key);
    return text === undefined ? fallback : (JSON.parse(text) as T);
  }

  update(key: string, value: unknown): Promise<void> {
    this.#texts.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}

const ref: FunctionRef = { provider: 'p', scope: 's', name: 'a' };
const other: FunctionRef = { ...ref, qualifier: 'live' };

describe('pinned functions', () => {
  it('are there again after a restart, each once', async () => {
    const memory = new Memory();
    const pins = new Pins(memory);
    await pins.add(ref);
    await pins.add(other);
    await pins.add({ ...ref });
    const again = new Pins(memory);
    assert.deepEqual(again.refs, [ref, other]);
    assert.equal(again.has({ ...ref }), true);
    await again.remove(ref);
    assert.deepEqual(new Pins(memory).refs, [other]);
  });

  it('are kept as plain references, whatever row they came from', async () => {
    const memory = new Memory();
    await new Pins(memory).add({ ...ref, kind: 'function' } as FunctionRef);
    assert.deepEqual(memory.get('pins'), [ref]);
  });

  it('survive a damaged memory', async () => {
    const memory = new Memory();
    await memory.update('pins', [ref, null, 3, { provider: 'p' }, { ...ref, qualifier: 7 }]);
    assert.deepEqual(new Pins(memory).refs, [ref]);
    await memory.update('pins', { not: 'a list' });
    assert.deepEqual(new Pins(memory).refs, []);
  });
});
