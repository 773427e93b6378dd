import { oneLine } from '../../core/link';
import { list, members } from './raw';
import { text } from './values';

const storageType = 'google.cloud.storage.object.v1.';

/** What calls a function, for a list: `HTTP`, `Pub/Sub topic orders`, `Storage bucket photos: finalized`, or the event's type. */
export function calledBy(eventTrigger: unknown, project: string): string {
  const trigger = members(eventTrigger);
  const type = text(trigger['eventType']);
  if (type === undefined) return 'HTTP';
  const topic = text(trigger['pubsubTopic']);
  if (topic !== undefined && type.endsWith('messagePublished')) return oneLine(`Pub/Sub topic ${topic.replace(`projects/${project}/topics/`, '')}`);
  const bucket = list(trigger['eventFilters']).map(members).find(({ attribute }) => attribute === 'bucket')?.['value'];
  if (type.startsWith(storageType) && text(bucket)) return oneLine(`Storage bucket ${text(bucket)}: ${type.slice(storageType.length)}`);
  return oneLine(type);
}
