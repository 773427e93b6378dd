import type { LaunchFacts } from './launch';

/** Where this runtime's own APIs answer, and the key that they take. */
export interface OwnApi {
  readonly endpoint: string;
  readonly key: string;
}

type Variables = Readonly<Record<string, string>>;

/** What the runtime serves. SDKs know the logs by their long name: https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html */
const services = ['LAMBDA', 'LOGS', 'CLOUDWATCH_LOGS', 'CLOUDWATCH', 'SQS'];

/**
 * What leads the SDKs in a function to this runtime instead of the cloud, for handlers of every provider; nothing when
 * functions are not to be told of it. An address for all services that the function brings itself is obeyed.
 */
export function ownVariables(facts: LaunchFacts): Variables {
  const { own, spec } = facts;
  if (!own || spec.variables.AWS_ENDPOINT_URL) return {};
  const addresses: Variables = Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, own.endpoint]));
  return { ...addresses, AWS_REGION: spec.region, AWS_DEFAULT_REGION: spec.region, ...ownKeys(facts) };
}

/** The keys alone, which no function can have of its own; none when it is not led here. */
export function ownKeys({ own, spec }: LaunchFacts): Variables {
  if (!own || spec.variables.AWS_ENDPOINT_URL) return {};
  return { AWS_ACCESS_KEY_ID: own.key, AWS_SECRET_ACCESS_KEY: own.key };
}
