import * as path from 'node:path';
import { InputError } from './errors';
import { nameProblem } from './scaffolding/functionName';
import { type Manifest, manifestFile, manifestText, type Target } from './manifest';
import { writeNewFiles } from './scaffolding/newFiles';
import type { CallOptions, Template, TemplateLanguage } from './provider';
import { frameworkOf } from './signature';

export interface ScaffoldRequest {
  readonly name: string;
  /** Absolute path of the source folder; it need not exist. */
  readonly folder: string;
  readonly template: Template;
  readonly language: TemplateLanguage;
  readonly targets: Readonly<Record<string, Target>>;
}

/** A new source folder. */
export interface Scaffolded {
  /** Absolute path of the source folder. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Absolute path of the handler's file. */
  readonly entry: string;
  /** Paths below the folder, with `/`, sorted. */
  readonly files: readonly string[];
}

/** Writes a new source folder: all of it, or nothing. Throws `InputError` rather than write over a file. */
export async function scaffold(request: ScaffoldRequest, options: CallOptions): Promise<Scaffolded> {
  const problem = nameProblem(request.name);
  if (problem) throw new InputError(problem);
  const manifest = toManifest(request);
  const texts = await sources(request, manifest);
  const files = Object.keys(texts).sort();
  await writeNewFiles(request.folder, texts, options);
  return { folder: request.folder, manifest, entry: path.join(request.folder, ...request.language.entry.split('/')), files };
}

function toManifest({ name, language, targets }: ScaffoldRequest): Manifest {
  const { runtime, handler, signature } = language;
  // A framework with a web server needs more room, and more time for its cold start.
  const limits = frameworkOf(signature) ? { memory: 256, timeout: 60 } : { memory: 128, timeout: 10 };
  return { name, runtime, handler, ...(signature && { signature }), ...limits, targets };
}

async function sources({ name, template, language }: ScaffoldRequest, manifest: Manifest): Promise<Readonly<Record<string, string>>> {
  const files = Object.entries(await language.files()).map(([file, text]) => [file, text.replaceAll('{{name}}', name)] as const);
  const texts = Object.fromEntries([...files, [`events/${template.id}.json`, await template.event()], [manifestFile, manifestText(manifest)]]);
  const stray = Object.keys(texts).find((file) => !isInside(file));
  if (stray !== undefined) throw new InputError(`The template "${template.label}" names the file "${stray}" outside of the folder; report it to the provider's author.`);
  return texts;
}

// A template may come from another extension.
function isInside(file: string): boolean {
  const parts = file.split('/');
  return !/[\\:*?"<>|\0]/.test(file) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}
