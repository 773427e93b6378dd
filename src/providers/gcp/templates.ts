import type { Template } from '../../core/provider';
import { type LanguageCard, readTemplates, type TemplateCard } from '../../core/scaffolding/templateFiles';

const http = { takes: 'http', signature: 'functions-framework/http' } as const;
const cloudEvent = { takes: 'cloudevent', signature: 'functions-framework/cloudevent' } as const;

const cards: readonly TemplateCard[] = [
  { id: 'http-function', label: 'HTTP function', description: 'Requests to a URL of its own', icon: 'globe', ...http },
  { id: 'pubsub', label: 'Pub/Sub message', description: 'Runs for each message of a topic', icon: 'inbox', ...cloudEvent },
  { id: 'storage', label: 'Cloud Storage upload', description: 'Runs for each object that is uploaded to a bucket', icon: 'cloud-upload', ...cloudEvent },
  { id: 'eventarc', label: 'Eventarc event', description: 'Any CloudEvent, for example of an audit log', icon: 'symbol-event', ...cloudEvent },
];

const python = { id: 'python', handler: 'main.handler', entry: 'main.py' } as const;
const javascript = { id: 'javascript', handler: 'index.handler', entry: 'index.js' } as const;
const typescript = { id: 'typescript', handler: 'index.handler', entry: 'index.ts' } as const;

// The first of each language is the one to begin with: https://docs.cloud.google.com/run/docs/runtimes/function-runtimes
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

/** Templates of Google Cloud functions; `folder` holds their files. */
export function templates(folder: string): readonly Template[] {
  return readTemplates(folder, cards, languages);
}
