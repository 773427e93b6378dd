import type { Answer, Choice, ChoiceField, FunctionConfig, FunctionRef, FunctionSettings, Question, TriggerSetting } from '../../core/provider';
import { shortTrigger } from './triggers';

/** What a new function still needs: what calls it, and for HTTP who may. */
export function nextQuestion(ref: FunctionRef, { trigger, access }: FunctionSettings): Question | undefined {
  if (!trigger) return triggerQuestion(ref);
  return trigger.kind === 'http' && !access ? accessQuestion(ref) : undefined;
}

const topic: ChoiceField = {
  name: 'topic',
  prompt: 'Name of the Pub/Sub topic',
  example: 'orders',
  pattern: /^(?:projects\/[a-z0-9.:-]+\/topics\/)?(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
};
const bucket: ChoiceField = {
  name: 'bucket',
  prompt: 'Name of the Cloud Storage bucket',
  example: 'my-project-photos',
  pattern: /^(?:gs:\/\/)?[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]\/?$/,
};
const type: ChoiceField = {
  name: 'type',
  prompt: 'Type of the event, as Eventarc names it',
  example: 'google.cloud.audit.log.v1.written',
  pattern: /^[A-Za-z][\w-]*(?:\.[\w-]+)+$/,
};
const filters: ChoiceField = {
  name: 'filters',
  prompt: 'Which of these events: attributes and their values, with commas between',
  example: 'serviceName=storage.googleapis.com, methodName=storage.buckets.create',
  pattern: /^\s*[A-Za-z]\w*\s*=\s*[^,\s][^,]*(?:,\s*[A-Za-z]\w*\s*=\s*[^,\s][^,]*)*$/,
};

/** https://cloud.google.com/eventarc/docs/reference/supported-events#cloud-storage */
const storageEvents: readonly (readonly [event: string, label: string])[] = [
  ['finalized', 'An object is written to a bucket'],
  ['deleted', 'An object of a bucket is deleted'],
  ['archived', 'An object of a bucket is archived'],
  ['metadataUpdated', "An object's metadata is changed"],
];

function triggerQuestion({ name }: FunctionRef): Question {
  const storage = storageEvents.map(([event, label]) => choice(label, 'database', `Cloud Storage event ${event}`, [bucket], (typed) => ({ kind: 'storage', bucket: typed.bucket ?? '', event })));
  return {
    setting: 'trigger',
    title: 'A new function needs something that calls it',
    placeholder: `What calls ${name}`,
    choices: [
      choice('HTTP request', 'globe', 'It gets an address that others call', [], () => ({ kind: 'http' })),
      choice('Pub/Sub message', 'mail', 'A message is published to a topic', [topic], (typed) => ({ kind: 'pubsub', topic: typed.topic ?? '' })),
      ...storage,
      choice('Other event…', 'zap', 'Anything that Eventarc brings, for example an audit log entry', [type, filters], (typed) => ({ kind: 'eventarc', type: typed.type ?? '', ...toFilters(typed.filters ?? '') })),
    ],
  };
}

type Typed = Readonly<Record<string, string>>;

function choice(label: string, icon: string, detail: string, fields: readonly ChoiceField[], trigger: (typed: Typed) => TriggerSetting): Choice {
  const answer = async (typed: Typed): Promise<Answer> => ({ trigger: shortTrigger(trigger(typed)) });
  return { label, icon, detail, ...(fields.length > 0 && { fields }), answer };
}

function toFilters(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([attribute = '', ...value]) => [attribute.trim(), value.join('=').trim()]));
}

function accessQuestion({ name }: FunctionRef): Question {
  return {
    setting: 'access',
    title: 'Who may call the new function?',
    placeholder: `Who may call ${name}`,
    choices: [
      { label: 'Only callers with permission', icon: 'lock', detail: 'They need the role roles/run.invoker and send an ID token', answer: async () => ({ access: 'private' }) },
      { label: 'Everyone', icon: 'unlock', detail: 'Whoever knows the address, without signing in', answer: async () => ({ access: 'public' }) },
    ],
  };
}

/** What a deploy changes beside the function itself, one sentence each. */
export function alsoChanges(ref: FunctionRef, settings: FunctionSettings, deployed: FunctionConfig | undefined): readonly string[] {
  const trigger = settings.trigger ?? deployed?.trigger ?? { kind: 'http' };
  return trigger.kind === 'http' ? accessChange(ref, settings, deployed) : triggerChange(ref, shortTrigger(trigger), deployed);
}

function accessChange({ name, scope }: FunctionRef, { access }: FunctionSettings, deployed: FunctionConfig | undefined): readonly string[] {
  // A new service has no callers at all.
  if (!access || access === (deployed ? deployed.access : 'private')) return [];
  const service = `the Cloud Run service ${name.toLowerCase().replaceAll('_', '-')} in ${scope}`;
  return access === 'public'
    ? [`Everyone may call it: allUsers gets roles/run.invoker on ${service}.`]
    : [`Only callers with roles/run.invoker may call it: on ${service} the role is taken from allUsers.`];
}

function triggerChange({ scope }: FunctionRef, trigger: TriggerSetting, deployed: FunctionConfig | undefined): readonly string[] {
  if (deployed?.trigger && canonical(deployed.trigger) === canonical(trigger)) return [];
  const made = `An Eventarc trigger is made in ${trigger.location ?? scope}: ${source(trigger)} calls it.`;
  if (trigger.kind !== 'storage') return [made];
  // https://cloud.google.com/eventarc/standard/docs/run/route-trigger-cloud-storage#before-you-begin
  return [made, "The project's Cloud Storage service agent needs the role roles/pubsub.publisher for that; it is not given by the deploy."];
}

function source(trigger: TriggerSetting): string {
  if (trigger.kind === 'pubsub') return `every message of the Pub/Sub topic ${trigger.topic}`;
  if (trigger.kind === 'storage') return `the event ${trigger.event} of the bucket ${trigger.bucket}`;
  return `the event ${trigger.type}`;
}

function canonical(trigger: TriggerSetting): string {
  return JSON.stringify(Object.entries(trigger).sort(([a], [b]) => (a < b ? -1 : 1)));
}
