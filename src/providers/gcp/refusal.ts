import { type ErrorKind, ProviderError } from '../../core/errors';
import type { FunctionRef, HttpResponse } from '../../core/provider';
import type { Access } from './client';
import { lower } from './errorSentences';
import type { Target } from './target';

/** Who called, and why that could not be proven, if it could not. */
export interface Caller {
  readonly access: Access;
  readonly problem?: ProviderError | undefined;
}

const longestPage = 10_000;

/** What Google's front end answers in a function's place, so that nothing ran; `undefined` for an answer of the function. */
export function refusal({ status, headers, body }: HttpResponse, caller: Caller, ref: FunctionRef, target: Target): ProviderError | undefined {
  const page = body.length > longestPage ? '' : Buffer.from(body).toString('utf8');
  const isPage = new RegExp(`<title>\\s*${status} `).test(page);
  if (status === 401 || status === 403) {
    const isOwn = /Your client does not have permission to /.test(page) || headers.some(([, value]) => value.includes('The access token could not be verified'));
    return isOwn ? notAdmitted(status, caller, ref, target) : undefined;
  }
  if (status === 404 && isPage && /<h1>Error: (?:Page )?Not found<\/h1>/i.test(page) && page.includes('on this server')) {
    return untaken('notFound', `Nothing outside its network reaches "${ref.name}"; change its ingress settings, or deploy it again if it is gone.`);
  }
  const isFull = status === 429 && (isPage || page.trim() === 'Rate exceeded.');
  return isFull ? untaken('throttled', `"${ref.name}" has no instance free and may have no more; wait a moment, or raise maxInstances and try again.`) : undefined;
}

function notAdmitted(status: number, { access, problem }: Caller, ref: FunctionRef, { source }: Target): ProviderError {
  const role = `roles/run.invoker on the Cloud Run service "${source.name}"`;
  const who = lower(access.identity);
  if (problem && problem.kind !== 'auth' && problem.kind !== 'denied') return new ProviderError(problem.kind, problem.message, { cause: problem, untaken: true });
  if (problem) {
    const reason = problem.message.replace(/\.$/, '');
    return untaken('auth', `"${ref.name}" is private and ${who} got no ID token to call it with; use an account that can get one and has ${role}, or make the function public (${reason}).`, problem);
  }
  if (status === 401) return untaken('auth', `Cloud Run does not take the ID token of ${who} for "${ref.name}"; use a service account that has ${role}, or make the function public.`);
  return untaken('denied', `"${ref.name}" is private and ${who} may not call it; ask for ${role}, or make the function public.`);
}

function untaken(kind: ErrorKind, message: string, cause?: ProviderError): ProviderError {
  return new ProviderError(kind, message, { cause, untaken: true, signIn: kind === 'auth' ? cause?.signIn : undefined });
}
