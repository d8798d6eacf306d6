import tseslint from 'typescript-eslint';

const noTestImports = { group: ['**/test/**'], message: 'nothing imports test/' };
const noLocalImports = { group: ['**/local/**'], message: 'production code never imports local/' };
const noAwsSdk = {
  group: ['@aws-sdk/*', '@smithy/*', 'pino'],
  message: 'mkv, fragments, audio and segments are pure: no SDK, no logger',
  allowTypeImports: true,
};

const restrict = (patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
});

export default tseslint.config(
  { ignores: ['dist/**', 'cdk.out/**', 'node_modules/**', 'coverage/**', '**/*.mjs', '*.js'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'no `export *`' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: ['functions/**/*.ts', 'infra/**/*.ts'],
    rules: restrict([noTestImports, noLocalImports]),
  },
  {
    files: [
      'functions/worker/mkv/**/*.ts',
      'functions/worker/fragments/**/*.ts',
      'functions/worker/audio/**/*.ts',
      'functions/worker/segments/**/*.ts',
    ],
    rules: restrict([noTestImports, noLocalImports, noAwsSdk]),
  },
  {
    files: ['shared/**/*.ts'],
    rules: restrict([
      noTestImports,
      noLocalImports,
      { group: ['**/functions/**', '**/infra/**'], message: 'shared imports none of our folders' },
    ]),
  },
  { files: ['local/**/*.ts'], rules: restrict([noTestImports]) },
);
