/**
 * Bundles what runs from `dist/`: `npm run build`, and on demand by the command line. Written in
 * plain JavaScript, because it has to run before anything is built.
 */
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = 'dist/build.json';
/** A build depends on nothing outside these. */
const SOURCES = [
  'local',
  'shared',
  'functions',
  'test/chaos',
  'test/bench',
  'package-lock.json',
  'tsconfig.json',
];
/** Chunks of earlier builds stay this long: a running process may still load one. */
const STALE_CHUNK_MS = 3600 * 1000;

/** Runs anywhere: Node 20 or newer and this one file. */
const SELF_CONTAINED = { format: 'cjs', mainFields: ['module', 'main'] };
/** Runs inside the clone, with its node_modules. */
const WITH_PACKAGES = { format: 'esm', packages: 'external', splitting: true };

const ENTRIES = [
  { source: 'functions/worker/main.ts', output: 'dist/worker/main.cjs', ...SELF_CONTAINED },
  {
    source: 'functions/dispatch/handler.ts',
    output: 'dist/dispatch/handler.cjs',
    ...SELF_CONTAINED,
  },
  { source: 'local/cli/main.ts', output: 'dist/cli/callscribe.mjs', ...WITH_PACKAGES },
  {
    source: 'local/recognisers/pocketsphinx/process.ts',
    output: 'dist/recognisers/pocketsphinx-process.mjs',
    ...WITH_PACKAGES,
  },
  {
    source: 'local/recognisers/sherpa/process.ts',
    output: 'dist/recognisers/sherpa-process.mjs',
    ...WITH_PACKAGES,
  },
  { source: 'functions/transcribe/index.ts', output: 'dist/library/index.mjs', ...WITH_PACKAGES },
  { source: 'test/chaos/main.ts', output: 'dist/chaos/chaos.mjs', ...WITH_PACKAGES },
  { source: 'test/bench/main.ts', output: 'dist/bench/bench.mjs', ...WITH_PACKAGES },
  { source: 'test/bench/library.ts', output: 'dist/bench/library.mjs', ...WITH_PACKAGES },
];

/** True when `dist` was built from the sources as they stand. */
export async function isFresh(root = ROOT) {
  const stamp = await readFile(join(root, STAMP), 'utf8').catch(() => undefined);
  return stamp !== undefined && stamp === (await fingerprint(root));
}

/**
 * Builds every entry whose source exists; returns the files written. Each file appears whole
 * under its name (written aside, then renamed), so builds may run side by side.
 */
export async function build(root = ROOT) {
  // Taken first: an edit made while the build runs must make the next check fail.
  const stamp = await fingerprint(root);
  const present = [];
  for (const entry of ENTRIES) {
    if (await exists(join(root, entry.source))) present.push(entry);
  }
  const built = await Promise.all(present.map((entry) => bundle(root, entry)));
  const written = [];
  for (const files of built) {
    for (const file of files) {
      await replaceFile(file.path, file.contents);
      written.push(relative(root, file.path));
    }
  }
  for (const folder of ['dist/cli', 'dist/library', 'dist/recognisers', 'dist/chaos', 'dist/bench'])
    await removeStaleChunks(join(root, folder));
  await replaceFile(join(root, STAMP), stamp);
  return written;
}

/** The files of one entry, chunks before the file that loads them. */
async function bundle(root, { source, output, ...options }) {
  const { build: esbuild } = await import('esbuild');
  const extension = output.slice(output.lastIndexOf('.'));
  const name = output.slice(output.lastIndexOf('/') + 1, -extension.length);
  const result = await esbuild({
    absWorkingDir: root,
    entryPoints: { [name]: source },
    outdir: dirname(output),
    outExtension: { '.js': extension },
    chunkNames: `${name}-[hash]`,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
    ...options,
  });
  const entryFile = join(root, output);
  return result.outputFiles.sort(
    (a, b) => Number(a.path === entryFile) - Number(b.path === entryFile),
  );
}

async function replaceFile(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, contents);
  await rename(aside, path);
}

async function removeStaleChunks(folder) {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => /-[A-Z0-9]{8}\.mjs/.test(each))) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > STALE_CHUNK_MS) await rm(path, { force: true });
  }
}

/** Count and newest change of the sources; a few milliseconds, against seconds for a build. */
async function fingerprint(root) {
  const found = { files: 0, newestMs: 0 };
  await Promise.all(SOURCES.map((source) => visit(join(root, source), found)));
  return JSON.stringify({ ...found, node: process.versions.modules });
}

async function visit(path, found) {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (stats.isDirectory()) {
    const names = await readdir(path);
    await Promise.all(names.map((name) => visit(join(path, name), found)));
    return;
  }
  found.files += 1;
  found.newestMs = Math.max(found.newestMs, stats.mtimeMs);
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const written = await build();
    process.stdout.write(`${written.filter((name) => !name.endsWith('.map')).join('\n')}\n`);
  } catch (error) {
    const first = error.errors?.[0];
    const where = first?.location ? ` (${first.location.file}:${first.location.line})` : '';
    process.stderr.write(`build failed: ${first?.text ?? error.message}${where}\n`);
    process.exitCode = 1;
  }
}
