import type { Access } from './client';
import type { ServiceName } from './endpoints';

const names: Readonly<Record<ServiceName, string>> = {
  cloudfunctions: 'Cloud Functions',
  run: 'Cloud Run',
  logging: 'Cloud Logging',
  cloudresourcemanager: "Google's Resource Manager",
  iamcredentials: "Google's sign-in",
  sts: "Google's sign-in",
};

/** Who a request went to, to begin a sentence with. */
export function host(access: Access, action: string): string {
  const service = serviceOf(action);
  const endpoint = access.endpoint(service);
  return endpoint ? `${names[service]} at ${endpoint.url}` : names[service];
}

/** The service that a permission belongs to, by how it begins. */
export function serviceOf(action: string): ServiceName {
  const start = action.split('.')[0] ?? '';
  if (start === 'resourcemanager') return 'cloudresourcemanager';
  if (start === 'iam') return 'iamcredentials';
  return start === 'run' || start === 'logging' ? start : 'cloudfunctions';
}
