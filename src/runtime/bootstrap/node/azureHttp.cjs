'use strict';
// HTTP triggers of Azure: events as the requests that the host hands on, and what comes back as results.
const { textOr64, wholeRequestOf } = require('./http.cjs');

const origin = 'http://localhost:7071';

/** Calls the function with the request that an event stands for; the host itself refuses methods that it does not take. */
async function answerHttp(route, event, invocationId, invoke) {
  const plain = placed(route, wholeRequestOf(event, origin));
  const { method, url, headers, body } = plain;
  if (!takes(route, method)) return empty(404);
  const params = paramsOf(route, url.pathname);
  const http = { method, url: url.href, headers, params, body: { bytes: body } };
  const typed = Object.fromEntries(Object.entries(params).map(([name, string]) => [name, { string }]));
  const triggerMetadata = { ...typed, Headers: { json: JSON.stringify(headers) } };
  const inputData = [{ name: route.trigger.name, data: { http } }];
  return resultOf(await invoke({ invocationId, inputData, triggerMetadata }, plain));
}

function takes({ name, trigger: { methods = [] } }, method) {
  if (!methods.length || methods.some((each) => each.toUpperCase() === method)) return true;
  console.warn(`${name} takes ${methods.join(', ')} and no ${method}: answered with 404, as Azure does.`);
  return false;
}

function empty(statusCode) {
  return { statusCode, headers: {}, body: '', isBase64Encoded: false };
}

// An event that names no path asks for the function at its own.
function placed({ name, trigger, prefix }, request) {
  const template = trigger.route ?? name;
  if (request.url.pathname !== '/' || template.includes('{')) return request;
  return { ...request, url: new URL(`/${prefix ? `${prefix}/` : ''}${template}${request.url.search}`, request.url) };
}

function paramsOf({ name, trigger, prefix }, pathname) {
  const pattern = (trigger.route ?? name).replace(/^\/+|\/+$/g, '').split('/').map(segment).join('');
  const found = new RegExp(`^(?:/${escaped(prefix)})?${pattern}/?$`, 'i').exec(pathname)?.groups ?? {};
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value).map(([key, value]) => [key, decodeURIComponent(value)]));
}

// `{id}`, `{id:int}`, `{id?}`, `{*rest}`: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger
function segment(text) {
  const [, rest, key, optional] = /^\{(\*?)(\w+)(?::[^?}]*)?(\??)\}$/.exec(text) ?? [];
  if (key === undefined) return `/${escaped(text)}`;
  if (rest) return `(?:/(?<${key}>.*))?`;
  return optional ? `(?:/(?<${key}>[^/]+))?` : `/(?<${key}>[^/]+)`;
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

// What is no response of HTTP came through a stream and is one already; nothing at all is an empty response.
function resultOf(response) {
  if ('statusCode' in response) return response;
  const all = [response.returnValue, ...(response.outputData ?? []).map(({ data }) => data)];
  const http = all.find((data) => data?.http)?.http;
  if (!http) return empty(204);
  const { 'set-cookie': own, ...headers } = http.headers;
  const cookies = [...(own === undefined ? [] : [own]), ...(http.cookies ?? []).map(cookieText)];
  const bytes = Buffer.from(http.body?.bytes ?? []);
  return { statusCode: Number(http.statusCode), headers, ...(cookies.length ? { cookies } : {}), ...textOr64(bytes, headers['content-type'] ?? '') };
}

const sameSites = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' };

function cookieText({ name, value, domain, path: place, expires, maxAge, secure, httpOnly, sameSite }) {
  const seconds = expires?.value?.seconds ?? expires?.seconds;
  const parts = [
    ['Max-Age', maxAge?.value],
    ['Domain', domain?.value],
    ['Path', place?.value],
    ['Expires', seconds === undefined ? undefined : new Date(Number(seconds) * 1000).toUTCString()],
    ['SameSite', sameSites[sameSite]],
  ].filter(([, each]) => each !== undefined && each !== null).map(([key, each]) => `; ${key}=${each}`);
  return `${name}=${encodeURIComponent(value)}${parts.join('')}${httpOnly?.value ? '; HttpOnly' : ''}${secure?.value ? '; Secure' : ''}`;
}

module.exports = { answerHttp };
