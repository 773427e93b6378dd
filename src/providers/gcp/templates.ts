import type { Template } from '../../core/provider';
import { languageCards, readTemplates, type TemplateCard } from '../../core/scaffolding/templateFiles';

const http = { takes: 'http', signature: 'functions-framework/http' } as const;
const cloudEvent = { takes: 'cloudevent', signature: 'functions-framework/cloudevent' } as const;

const cards: readonly TemplateCard[] = [
  { id: 'http-function', label: 'HTTP function', description: 'Requests to a URL of its own', icon: 'globe', ...http },
  { id: 'pubsub', label: 'Pub/Sub message', description: 'Runs for each message of a topic', icon: 'inbox', ...cloudEvent },
  { id: 'storage', label: 'Cloud Storage upload', description: 'Runs for each object that is uploaded to a bucket', icon: 'cloud-upload', ...cloudEvent },
  { id: 'eventarc', label: 'Eventarc event', description: 'Any CloudEvent, for example of an audit log', icon: 'symbol-event', ...cloudEvent },
];

// https://docs.cloud.google.com/run/docs/runtimes/function-runtimes
const languages = languageCards({
  python: { handler: 'main.handler', entry: 'main.py' },
  javascript: { handler: 'index.handler', entry: 'index.js' },
  typescript: { handler: 'index.handler', entry: 'index.ts' },
});

/** Templates of Google Cloud functions; `folder` holds their files. */
export function templates(folder: string): readonly Template[] {
  return readTemplates(folder, cards, languages);
}
