/**
 * {{name}}: answers HTTP requests of an HTTP API or a function URL (payload format 2.0).
 * GET greets whom the query names, POST whom the JSON body names.
 */
export const handler = async (event) => {
  const { method, path } = event.requestContext.http;
  console.info(`${method} ${path}`);
  if (method === 'GET') return greet(event.queryStringParameters ?? {});
  if (method === 'POST') return post(event);
  return answer(405, { error: 'Use GET or POST.' });
};

function post(event) {
  const body = readJson(event);
  return body ? greet(body) : answer(400, { error: 'The body must be a JSON object.' });
}

function greet(person) {
  return answer(200, { message: `Hello, ${person.name || 'World'}!` });
}

/** The body; undefined when it is not a JSON object. */
function readJson({ body = '{}', isBase64Encoded }) {
  try {
    const value = JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
    return typeof value === 'object' && !Array.isArray(value) ? (value ?? undefined) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function answer(statusCode, body) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
