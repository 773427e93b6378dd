export interface ServerOptions {
  readonly age?: 'oldest' | 'newest';
  readonly workspace: string;
  readonly extension?: string;
  readonly tests?: string;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly keep?: string;
}

export function openServer(options: ServerOptions): Promise<{ readonly url: string; readonly data: string; stop(): Promise<void> }>;
