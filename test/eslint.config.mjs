import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/templates/**', '**/workspace/**', '**/bootstrap/**', '**/*.cjs', 'test/host/opener/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['src/*.mjs', 'test/*.mjs', 'test/*/*.mjs'] }, tsconfigRootDir: new URL('..', import.meta.url).pathname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 30, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  { files: ['test/**'], rules: { 'max-lines-per-function': 'off', 'max-lines': 'off', 'no-console': 'off' } },
);
