/** The DynamoDB emulator in a thread; with `path` it keeps its tables in a LevelDB folder. */
import { parentPort, workerData } from 'node:worker_threads';

import dynalite from 'dynalite';

const { path, awsAccount, region } = workerData;
process.env.AWS_ACCOUNT_ID = awsAccount;
process.env.AWS_REGION = region;
const server = dynalite({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
parentPort.once('message', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
server.once('error', (error) => parentPort.postMessage({ error: error.message }));
// The front keeps its connections; one closed here would fail a request on its way.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
