import type { cloudfunctions_v2 } from 'googleapis/build/src/apis/cloudfunctions/v2';
import { ProviderError } from '../../core/errors';
import type { FunctionRef } from '../../core/provider';
import { type Found, generation } from './describe';

/** The function, if the Functions API can change it. Throws `ProviderError` otherwise. */
export function requireFunction(found: Found | undefined, ref: FunctionRef): cloudfunctions_v2.Schema$Function {
  if (!found) throw missing(ref);
  return refuseOthers(found, ref);
}

/** The same where there may be none. */
export function refuseOthers(found: Found, { name }: FunctionRef): cloudfunctions_v2.Schema$Function {
  if (found.kind === 'service') {
    throw new ProviderError('unsupported', `${name} is a Cloud Run service that was not made by Cloud Functions; change it with "gcloud run", or choose another name.`);
  }
  if (generation(found.raw) === 1) {
    throw new ProviderError('unsupported', `${name} is a first-generation function, which can only be read here; upgrade it with gcloud or in the console, or choose another name.`);
  }
  return found.raw;
}

export function missing({ name, scope }: FunctionRef): ProviderError {
  return new ProviderError('notFound', `There is no "${name}" in ${scope}; refresh the list and choose again.`);
}
