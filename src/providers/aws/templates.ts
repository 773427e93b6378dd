import type { Template } from '../../core/provider';
import { type LanguageCard, readTemplates, type TemplateCard } from '../../core/scaffolding/templateFiles';

const cards: readonly TemplateCard[] = [
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

/** Templates of Lambda functions; `folder` holds their files. */
export function templates(folder: string): readonly Template[] {
  return readTemplates(folder, cards, languages);
}
