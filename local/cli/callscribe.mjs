#!/usr/bin/env node
/**
 * The `callscribe` command. Bundles the sources when they are newer than `dist/`, then runs the
 * bundle, so that it works in a clone right after `npm ci`.
 */
// The SDK prints nine lines about Node 20 unless this stands before it is loaded.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

async function run() {
  if (major < 20 || (major === 20 && minor < 19)) {
    return fail(`Node ${process.versions.node} is too old, install Node 20.19 or newer`);
  }
  try {
    const { build, isFresh } = await import('../build.mjs');
    if (!(await isFresh())) await build();
  } catch (error) {
    return fail(explain(error), error);
  }
  const { main } = await import('../../dist/cli/callscribe.mjs');
  await main(process.argv);
}

function explain(error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND') {
    return 'the packages are not installed, run `npm ci` in the clone first';
  }
  const first = error.errors?.[0];
  const where = first?.location ? ` at ${first.location.file}:${first.location.line}` : '';
  return `the sources cannot be bundled: ${first?.text ?? error.message}${where}`;
}

function fail(sentence, error) {
  process.stderr.write(`callscribe: ${sentence}\n`);
  if (process.env.CALLSCRIBE_DEBUG && error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}

await run();
