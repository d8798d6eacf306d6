/** The SQS emulator in a thread. It would listen on every interface if it were started its own way. */
import { parentPort, workerData } from 'node:worker_threads';

import { buildApp } from 'fauxqs';

const app = buildApp({ logger: false, defaultRegion: workerData.region });
parentPort.once('message', async () => {
  await app.close();
  process.exit(0);
});
try {
  await app.listen({ port: 0, host: '127.0.0.1' });
  // The front keeps its connections; one closed here would fail a request on its way.
  app.server.keepAliveTimeout = 0;
  parentPort.postMessage({ port: app.server.address().port });
} catch (error) {
  parentPort.postMessage({ error: error.message });
}
