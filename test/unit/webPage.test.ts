import assert from 'node:assert/strict';
import { isWebPage } from '../../src/core/webPage';

describe('isWebPage', () => {
  for (const address of ['https://example.com/a;b=c?d=e#f', 'http://localhost:8080/log', 'http://127.0.0.1/', 'http://[::1]:1/']) {
    it(`takes ${address}`, () => assert.ok(isWebPage(address)));
  }

  const others = ['', 'example.com', 'http://example.com/', 'http://localhost.example.com/', 'http://127.0.0.1@example.com/', 'https://me:pw@example.com/'];
  for (const address of [...others, 'file:///etc/passwd', 'command:workbench.action.quit', 'javascript:alert(1)', 'vscode://x']) {
    it(`refuses ${address}`, () => assert.ok(!isWebPage(address)));
  }
});
