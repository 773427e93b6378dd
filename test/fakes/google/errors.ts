import { compact, type Json } from './json';

/** https://cloud.google.com/apis/design/errors: what each status is over HTTP. */
const codes = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

export type Status = keyof typeof codes;

/** A refusal as every Google REST API gives it. */
export class ApiError extends Error {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: Status,
    message: string,
    readonly details: readonly Json[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.headers = headers;
  }

  get code(): number {
    return codes[this.status];
  }

  toJson(): Json {
    const details = this.details.length > 0 ? this.details : undefined;
    return { error: compact({ code: this.code, message: this.message, status: this.status, details }) };
  }
}

export function badRequest(field: string, description: string): ApiError {
  return new ApiError('INVALID_ARGUMENT', description, [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description }] }]);
}

export function notFound(name: string): ApiError {
  return new ApiError('NOT_FOUND', `Resource '${name}' was not found`);
}

export function errorInfo(reason: string, domain: string, metadata: Readonly<Record<string, string>>): Json {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain, metadata };
}

export function unauthenticated(reason: string, service: string): ApiError {
  const message =
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
  const challenge = `Bearer realm="https://accounts.google.com/"${reason === 'CREDENTIALS_MISSING' ? '' : ', error="invalid_token"'}`;
  return new ApiError('UNAUTHENTICATED', message, [errorInfo(reason, 'googleapis.com', { service })], { 'www-authenticate': challenge });
}

export function denied(permission: string, resource: string): ApiError {
  const message = `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`;
  return new ApiError('PERMISSION_DENIED', message, [errorInfo('IAM_PERMISSION_DENIED', 'iam.googleapis.com', { permission, resource })]);
}

export function serviceDisabled(service: string, project: string, number: string): ApiError {
  const activationUrl = `https://console.developers.google.com/apis/api/${service}/overview?project=${project}`;
  const title = service === 'cloudfunctions.googleapis.com' ? 'Cloud Functions API' : service;
  const message = `${title} has not been used in project ${project} before or it is disabled. Enable it by visiting ${activationUrl} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`;
  const info = errorInfo('SERVICE_DISABLED', 'googleapis.com', { activationUrl, service, serviceTitle: title, consumer: `projects/${number}`, containerInfo: project });
  const help = { '@type': 'type.googleapis.com/google.rpc.Help', links: [{ description: 'Google developers console API activation', url: activationUrl }] };
  return new ApiError('PERMISSION_DENIED', message, [info, help]);
}
