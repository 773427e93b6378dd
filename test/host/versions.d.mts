export const versions: Readonly<Record<'oldest' | 'newest', { readonly vscode: string; readonly server: string; readonly node: string }>>;
