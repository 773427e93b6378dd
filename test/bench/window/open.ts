// A process of its own, since what the editor prints goes to whoever starts it: opens a window as it is told, and waits for its end.
import { runTests } from '@vscode/test-electron';

runTests(JSON.parse(process.argv[2] ?? '') as Parameters<typeof runTests>[0]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
