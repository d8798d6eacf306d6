import { parseOptions } from './options';

// Read by the SDK when it is loaded: every worker and client would print nine lines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const options = parseOptions(process.argv);
if (options.matrix || options.full) {
  const { runCampaign } = await import('./campaign/campaign');
  process.exitCode = (await runCampaign(options)) ? 0 : 1;
} else {
  const { runOnce } = await import('./run-once');
  process.exitCode = (await runOnce(options)).passed ? 0 : 1;
}
// Whatever a client still holds open keeps nobody waiting.
process.exit();
