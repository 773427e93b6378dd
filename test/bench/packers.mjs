// One way to pack a folder, in a process of its own, so that its memory is its own too. Prints milliseconds and megabytes.
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const { way, folder, out, modules, request, rounds = 1, edit, forget } = JSON.parse(process.argv[2]);
const load = createRequire(path.join(modules ?? process.cwd(), 'x.js'));
const date = new Date(1980, 0, 1);

async function filesOf(at = '') {
  const entries = await readdir(path.join(folder, at), { withFileTypes: true });
  const lists = await Promise.all(entries.map((entry) => (entry.isDirectory() ? filesOf(path.posix.join(at, entry.name)) : [path.posix.join(at, entry.name)])));
  return lists.flat().sort();
}

const ways = {
  async ours() {
    const { packageFolder } = load(request.bundle);
    writeFileSync(out, (await packageFolder(request, { signal: new AbortController().signal, report: () => undefined })).bytes);
  },
  async yazl() {
    const zip = new (load('yazl').ZipFile)();
    for (const file of await filesOf()) zip.addFile(path.join(folder, file), file, { mtime: date, mode: 0o100644 });
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(out));
  },
  async archiver() {
    const { ZipArchive } = await import(load.resolve('archiver'));
    const zip = new ZipArchive({ zlib: { level: 6 } });
    const written = pipeline(zip, createWriteStream(out));
    for (const file of await filesOf()) zip.file(path.join(folder, file), { name: file, date, mode: 0o644 });
    await zip.finalize();
    await written;
  },
  async 'adm-zip'() {
    const zip = new (load('adm-zip'))();
    for (const file of await filesOf()) zip.addFile(file, await readFile(path.join(folder, file)));
    zip.writeZip(out);
  },
};

const times = [];
for (let round = 0; round < rounds; round++) {
  if (forget) rmSync(forget, { recursive: true, force: true });
  if (edit) writeFileSync(edit, `exports.handler = async (event) => event; // ${round}\n`);
  const start = performance.now();
  await ways[way]();
  times.push(performance.now() - start);
}
console.log(JSON.stringify({ times, megabytes: process.resourceUsage().maxRSS / 1024 }));
