import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import type { TriggerSetting } from '../../core/provider';
import { list, members } from './raw';
import { text } from './values';

type EventTrigger = cloudfunctions_v2.Schema$EventTrigger;

/** Where a function is, as far as a trigger's short names depend on it. */
export interface Home {
  readonly project: string;
  readonly location: string;
}

export const published = 'google.cloud.pubsub.topic.v1.messagePublished';
const storageType = 'google.cloud.storage.object.v1.';
/** Members of a trigger that are not filters of its events. */
const options = ['kind', 'type', 'topic', 'bucket', 'event', 'location', 'channel', 'retry'];

/** The trigger in its shortest form, so that equal ones compare equal. */
export function shortTrigger(trigger: TriggerSetting): TriggerSetting {
  const { retry, ...rest } = trigger;
  const short = { ...rest, ...(retry === 'true' && { retry }) };
  if (trigger.kind === 'storage') return { ...short, bucket: (trigger.bucket ?? '').replace(/^gs:\/\/|\/$/g, ''), event: trigger.event ?? 'finalized' };
  return short;
}

/** What calls the function, in the contract's words. */
export function fromTrigger(raw: EventTrigger | undefined, home: Home): TriggerSetting {
  const type = text(raw?.eventType);
  if (!raw || type === undefined) return { kind: 'http' };
  const { channel, triggerRegion, retryPolicy } = raw;
  const further = {
    ...(triggerRegion && triggerRegion !== home.location && { location: triggerRegion }),
    ...(channel && { channel }),
    ...(retryPolicy === 'RETRY_POLICY_RETRY' && { retry: 'true' }),
  };
  const filters = Object.fromEntries(list(raw.eventFilters).map(members).map(({ attribute, value }) => [text(attribute) ?? '', text(value) ?? '']));
  if (type === published && raw.pubsubTopic) return { kind: 'pubsub', topic: shortTopic(raw.pubsubTopic, home), ...further };
  if (type.startsWith(storageType) && filters['bucket']) return { kind: 'storage', bucket: filters['bucket'], event: type.slice(storageType.length), ...further };
  return { kind: 'eventarc', type, ...filters, ...further };
}

/** The trigger as Google takes it; `undefined` for HTTP, which needs none. */
export function toTrigger(trigger: TriggerSetting, home: Home): EventTrigger | undefined {
  if (trigger.kind === 'http') return undefined;
  const further = {
    ...(trigger.location && { triggerRegion: trigger.location }),
    ...(trigger.channel && { channel: trigger.channel }),
    ...(trigger.retry === 'true' && { retryPolicy: 'RETRY_POLICY_RETRY' }),
  };
  if (trigger.kind === 'pubsub') return { eventType: published, pubsubTopic: fullTopic(trigger.topic ?? '', home), ...further };
  if (trigger.kind === 'storage') {
    const { bucket = '', event = '' } = shortTrigger(trigger);
    return { eventType: storageType + event, eventFilters: [{ attribute: 'bucket', value: bucket }], ...further };
  }
  const filters = Object.entries(trigger).filter(([name]) => !options.includes(name));
  return { eventType: trigger.type, eventFilters: filters.map(([attribute, value]) => toFilter(attribute, value)), ...further };
}

/** A value with wildcards or variables is a pattern for paths: https://cloud.google.com/eventarc/docs/path-patterns. */
function toFilter(attribute: string, value: string): cloudfunctions_v2.Schema$EventFilter {
  return /[*{]/.test(value) ? { attribute, value, operator: 'match-path-pattern' } : { attribute, value };
}

export function shortTopic(topic: string, { project }: Home): string {
  const own = `projects/${project}/topics/`;
  return topic.startsWith(own) ? topic.slice(own.length) : topic;
}

function fullTopic(topic: string, { project }: Home): string {
  return topic.startsWith('projects/') ? topic : `projects/${project}/topics/${topic}`;
}
