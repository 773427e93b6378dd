import type { Template } from '../../core/provider';
import { languageCards, readTemplates, type TemplateCard } from '../../core/scaffolding/templateFiles';

const cards: readonly TemplateCard[] = [
  { id: 'plain', label: 'Plain event', description: 'An event of your own making in, an answer out', icon: 'symbol-event' },
  { id: 'http', label: 'HTTP API', description: 'Requests of an HTTP API or a function URL', icon: 'globe' },
  { id: 's3', label: 'S3 upload', description: 'Runs for each object that is uploaded to a bucket', icon: 'cloud-upload' },
  { id: 'sqs', label: 'SQS queue', description: 'Works through messages; only the failed ones come again', icon: 'inbox' },
  { id: 'schedule', label: 'Schedule', description: 'Runs at fixed times', icon: 'watch' },
];

const languages = languageCards({
  python: { handler: 'lambda_function.lambda_handler', entry: 'lambda_function.py' },
  javascript: { handler: 'index.handler', entry: 'index.mjs' },
  typescript: { handler: 'index.handler', entry: 'index.ts' },
});

/** Templates of Lambda functions; `folder` holds their files. */
export function templates(folder: string): readonly Template[] {
  return readTemplates(folder, cards, languages);
}
