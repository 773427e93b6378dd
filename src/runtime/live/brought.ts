import path from 'node:path';
import { broughtEsbuild } from '../../core/packaging/esbuild';
import { type Compiled, Compiler, type Plan } from './compiler';
import { compileWith } from './program';

/** The compiler that comes along: a program, or the WebAssembly build where there is none for the platform. */
export class Brought {
  readonly #file: string;
  readonly #warm: Compiler;

  /** `file` as `findBrought` has it. */
  constructor(file: string) {
    this.#file = file;
    this.#warm = new Compiler(path.dirname(path.dirname(file)));
  }

  async compile(plan: Plan): Promise<Compiled> {
    const esbuild = await broughtEsbuild(this.#file);
    return esbuild.isScript ? this.#warm.compile(plan) : compileWith(esbuild, plan);
  }

  close(): void {
    this.#warm.close();
  }
}
