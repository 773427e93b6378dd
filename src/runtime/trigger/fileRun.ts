import type { FileChange, FileSource } from '../store/triggers';
import { isMissing } from '../store/files';
import { FileChanges, settleMs, type Change } from './fileChanges';
import { fileRecord } from './fileEvent';
import { scanFolder, type FolderScan } from './folderScan';
import { FolderWatch } from './folderWatch';
import { messageOf, readable, type Post, type Running } from './running';

const all: readonly FileChange[] = ['created', 'removed', 'appended'];
const quietMs = 50;
const lookMs = 5000;
const goneMs = 500;
/** So many changes at once come one by one, as from S3; of more, each call gets many, lest thousands of processes start. */
const mostSingle = 10;
const mostTogether = 100;
const mostBytes = 500_000;

/** Calls a function with what happens in a folder from now on. */
export class FileRun implements Running {
  note?: string;
  readonly #post: Post;
  readonly #source: FileSource;
  readonly #changes: FileChanges;
  readonly #watch = new FolderWatch(() => this.#soon(quietMs));
  /** Seen and not yet handed over; nobody sees it a second time. */
  readonly #unsent: (readonly Change[])[] = [];
  #timer?: NodeJS.Timeout;
  #due = Infinity;
  #isLooking = false;
  #isAsked = false;
  #hasBegun = false;
  #isStopped = false;

  constructor(post: Post, source: FileSource) {
    this.#post = post;
    this.#source = source;
    this.#changes = new FileChanges(source.folder, this.#tells('appended'));
    this.#soon(0);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#watch.close();
  }

  // What happens while it looks is looked for afterwards.
  #soon(ms: number): void {
    this.#isAsked = true;
    const due = Date.now() + ms;
    if (this.#isLooking || this.#isStopped || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => void this.#turn(), ms).unref();
  }

  async #turn(): Promise<void> {
    this.#isLooking = true;
    this.#isAsked = false;
    this.#due = Infinity;
    const began = Date.now();
    let nextMs: number | undefined;
    try {
      nextMs = await this.#look();
    } catch (error) {
      this.note = messageOf(error);
      nextMs = lookMs;
    }
    this.#isLooking = false;
    // A folder that takes long to look through is looked through the less often.
    if (this.#isAsked) this.#soon(Math.max(quietMs, Date.now() - began));
    else if (nextMs !== undefined) this.#soon(nextMs);
  }

  // What comes back is when to look again, even if nothing is heard.
  async #look(): Promise<number | undefined> {
    await this.#sendAll();
    const scan = await this.#scan();
    if (this.#isStopped) return undefined;
    if (!scan) return goneMs;
    // What happened between the look and the watching has yet to be seen.
    if (this.#watch.watch(scan.folders)) this.#isAsked = true;
    const changes = await this.#see(scan);
    this.#unsent.push(...together(changes.filter(({ change }) => this.#tells(change))));
    await this.#sendAll();
    const failure = this.#watch.failure;
    if (failure !== undefined) this.note = `The system does not watch all of it (${failure}); it is looked at every ${lookMs / 1000} s.`;
    if (this.#changes.isUnsettled) return settleMs;
    return failure === undefined ? undefined : lookMs;
  }

  async #scan(): Promise<FolderScan | undefined> {
    const { folder } = this.#source;
    try {
      return await scanFolder(folder, (file) => this.#wants(file));
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.note = `The folder ${folder} is gone; it is watched again when it is back.`;
      return undefined;
    }
  }

  async #see({ files }: FolderScan): Promise<readonly Change[]> {
    if (this.#hasBegun) return this.#changes.see(files, Date.now());
    await this.#changes.begin(files);
    this.#hasBegun = true;
    this.note = `watches since ${readable(Date.now())}`;
    return [];
  }

  async #sendAll(): Promise<void> {
    for (let [next] = this.#unsent; next && !this.#isStopped; [next] = this.#unsent) {
      await this.#send(next);
      this.#unsent.shift();
    }
  }

  async #send(changes: readonly Change[]): Promise<void> {
    const { record, world } = this.#post;
    const region = world.functions.get(record.name)?.region ?? 'local';
    const records = await Promise.all(changes.map((change) => fileRecord(record.id, this.#source.folder, region, change)));
    const [first] = changes;
    const what = changes.length === 1 && first ? `${first.file} was ${first.change}` : `${changes.length} changes, the first of ${first?.file}`;
    await this.#post.call({ Records: records }, `In the folder ${this.#source.folder}: ${what}.`);
    this.note = `last called at ${readable(Date.now())}`;
  }

  #tells(change: FileChange): boolean {
    return (this.#source.changes ?? all).includes(change);
  }

  #wants(file: string): boolean {
    return file.startsWith(this.#source.prefix ?? '') && file.endsWith(this.#source.suffix ?? '');
  }
}

function together(changes: readonly Change[]): readonly (readonly Change[])[] {
  const most = changes.length > mostSingle ? mostTogether : 1;
  const groups: Change[][] = [];
  let bytes = 0;
  for (const change of changes) {
    const own = (change.appended?.text.length ?? 0) * 2 + 1500;
    const last = groups.at(-1);
    if (last && last.length < most && bytes + own < mostBytes) last.push(change);
    else groups.push([change]);
    bytes = groups.at(-1) === last ? bytes + own : own;
  }
  return groups;
}
