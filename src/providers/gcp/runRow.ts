import type { run_v1 } from 'googleapis/build/src/apis/run/v1';
import { oneLine } from '../../core/link';
import type { Capability, CloudFunction } from '../../core/provider';
import type { Connection } from './client';
import { consoleUrl } from './console';
import { toMegabytes } from './quantities';
import { fromGoogle } from './runtimes';
import { date, list, members } from './raw';
import { number, text } from './values';

type Raw = run_v1.Schema$Service;

const targetAnnotation = 'run.googleapis.com/build-function-target';
const imageAnnotation = 'run.googleapis.com/build-base-image';
/** What only the Functions API could do. */
const cannot: readonly Capability[] = ['deploy', 'remove', 'config', 'versions', 'code'];

/** Whether a Cloud Run service is a function of its own: built from one, and owned by no function of the Functions API. */
export function isOwnService(raw: Raw): boolean {
  const { labels, annotations } = members(members(raw)['metadata']);
  return text(members(annotations)[targetAnnotation]) !== undefined && members(labels)['goog-managed-by'] !== 'cloudfunctions';
}

/**
 * Such a service as Cloud Run described it; `undefined` for any other, and for one that neither itself nor `asked` (the location
 * that was asked for it) tells the location of. Members of a wrong type are left out, not passed on.
 */
export function toRunFunction(connection: Connection, raw: Raw, asked?: string): CloudFunction | undefined {
  const metadata = members(members(raw)['metadata']);
  const name = text(metadata['name']);
  const location = text(members(metadata['labels'])['cloud.googleapis.com/location']) ?? asked;
  if (name === undefined || location === undefined || !isOwnService(raw)) return undefined;
  const annotations = members(metadata['annotations']);
  const { project, access } = connection;
  return {
    ref: { provider: 'gcp', scope: `${project}/${location}`, name },
    runtime: runtimeOf(text(annotations[imageAnnotation])),
    handler: text(annotations[targetAnnotation]),
    ...template(raw),
    place: location,
    calledBy: 'HTTP',
    takes: 'http',
    url: text(members(members(raw)['status'])['url']),
    ...state(raw, metadata),
    cannot,
    hint: `This function is managed by Cloud Run alone; change it there, or with "gcloud run deploy ${name} --region=${location} --function=…".`,
    resourceName: `projects/${project}/locations/${location}/services/${name}`,
    consoleUrl: access.endpoint('run') ? undefined : consoleUrl({ project, location }, name, 'service'),
  };
}

/** The last part of an image's name, if it names a runtime: `…/runtimes/nodejs22`. */
function runtimeOf(image: string | undefined): string | undefined {
  const name = image?.split('/').at(-1)?.replace(/:.*$/, '');
  return name && /^[a-z]+\d+$/.test(name) ? fromGoogle(name) : undefined;
}

function template(raw: Raw): Pick<CloudFunction, 'memoryMb' | 'timeoutSeconds'> {
  const spec = members(members(members(members(raw)['spec'])['template'])['spec']);
  const limits = members(members(members(list(spec['containers'])[0])['resources'])['limits']);
  return { memoryMb: toMegabytes(limits['memory']), timeoutSeconds: number(spec['timeoutSeconds']) };
}

const states: Readonly<Record<string, CloudFunction['state']>> = { True: 'active', False: 'failed', Unknown: 'pending' };

/** https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services#ServiceStatus */
function state(raw: Raw, metadata: Readonly<Record<string, unknown>>): Pick<CloudFunction, 'state' | 'stateReason' | 'updatedAt'> {
  const ready = list(members(members(raw)['status'])['conditions']).map(members).find(({ type }) => type === 'Ready') ?? {};
  const found = text(ready['status']) ?? '';
  const updatedAt = date(ready['lastTransitionTime']) ?? date(metadata['creationTimestamp']);
  const reason = [text(ready['reason']), text(ready['message'])].filter((part) => part !== undefined).join(': ');
  const known = Object.hasOwn(states, found) ? states[found] : undefined;
  return { updatedAt, state: known, ...(known !== 'active' && reason && { stateReason: oneLine(reason) }) };
}
