import { serveConnections } from './calls/connections-role';
import { serveEbml } from './calls/ebml-role';
import { serveSdkLoop } from './calls/sdk-loop-role';
import { serveDemux } from './demux/demux-role';
import { serveMedia } from './media/media-role';
import { parseOptions } from './options';
import { serveBus } from './stand-ins/bus-role';
import { serveQueue } from './stand-ins/queue-role';
import { serveStore } from './stand-ins/store-role';

// Read by the SDK when it is loaded: every worker and client would print nine lines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** Processes that the bench starts of itself, by the name after `--role`. */
const ROLES: Readonly<Record<string, () => void>> = {
  media: serveMedia,
  store: serveStore,
  bus: serveBus,
  queue: serveQueue,
  demux: serveDemux,
  'sdk-loop': serveSdkLoop,
  ebml: serveEbml,
  connections: serveConnections,
};

const role = process.argv[2] === '--role' ? ROLES[process.argv[3] ?? ''] : undefined;
if (role !== undefined) role();
else {
  const options = parseOptions(process.argv);
  const { runBenches } = await import('./run-benches');
  process.exitCode = (await runBenches(options)) ? 0 : 1;
  // Whatever a client still holds open keeps nobody waiting.
  process.exit();
}
