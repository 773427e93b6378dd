import { http } from '@google-cloud/functions-framework';

/**
 * {{name}}: answers HTTP requests; request and response are Express's.
 * GET greets whom the query names, POST whom the JSON body names.
 */
http('handler', (request, response) => {
  console.info(`${request.method} ${request.path}`);
  if (request.method === 'GET') return greet(request.query, response);
  if (request.method === 'POST') return post(request, response);
  response.status(405).json({ error: 'Use GET or POST.' });
});

function post({ body }, response) {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) greet(body, response);
  else response.status(400).json({ error: 'The body must be a JSON object.' });
}

function greet({ name }, response) {
  response.json({ message: `Hello, ${name || 'World'}!` });
}
