import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Template, TemplateLanguage } from '../../core/provider';

type Card = Pick<Template, 'id' | 'label' | 'description' | 'icon'>;
type LanguageCard = Omit<TemplateLanguage, 'files'>;

const cards: readonly Card[] = [
  { id: 'plain', label: 'Plain event', description: 'An event of your own making in, an answer out', icon: 'symbol-event' },
  { id: 'http', label: 'HTTP API', description: 'Requests of an HTTP API or a function URL', icon: 'globe' },
  { id: 's3', label: 'S3 upload', description: 'Runs for each object that is uploaded to a bucket', icon: 'cloud-upload' },
  { id: 'sqs', label: 'SQS queue', description: 'Works through messages; only the failed ones come again', icon: 'inbox' },
  { id: 'schedule', label: 'Schedule', description: 'Runs at fixed times', icon: 'watch' },
];

const python = { id: 'python', handler: 'lambda_function.lambda_handler', entry: 'lambda_function.py' } as const;
const javascript = { id: 'javascript', handler: 'index.handler', entry: 'index.mjs' } as const;
const typescript = { id: 'typescript', handler: 'index.handler', entry: 'index.ts' } as const;

// The first of each language is the one to begin with.
const languages: readonly LanguageCard[] = [
  { ...python, label: 'Python 3.13', runtime: 'python3.13' },
  { ...javascript, label: 'JavaScript (Node.js 22)', runtime: 'nodejs22.x' },
  { ...typescript, label: 'TypeScript (Node.js 22)', runtime: 'nodejs22.x' },
  { ...python, label: 'Python 3.14', runtime: 'python3.14' },
  { ...python, label: 'Python 3.12', runtime: 'python3.12' },
  { ...python, label: 'Python 3.11', runtime: 'python3.11' },
  { ...javascript, label: 'JavaScript (Node.js 24)', runtime: 'nodejs24.x' },
  { ...typescript, label: 'TypeScript (Node.js 24)', runtime: 'nodejs24.x' },
];

/** The templates; their files lie below `<dist>/templates` and are read when asked for. */
export function templates(dist: string): readonly Template[] {
  const folder = path.join(dist, 'templates');
  return cards.map((card) => ({
    ...card,
    languages: languages.map((language) => ({ ...language, files: () => sources(folder, card.id, language.id) })),
    event: () => readFile(path.join(folder, card.id, 'event.json'), 'utf8'),
  }));
}

async function sources(folder: string, template: string, language: string): Promise<Readonly<Record<string, string>>> {
  const shared = await readAll(path.join(folder, 'common', language));
  return { ...shared, ...(await readAll(path.join(folder, template, language))) };
}

async function readAll(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}
