/**
 * Loaded into every worker process before its bundle (`node --require`): when the process that
 * started it ends, however it does, standard input closes, and the worker must not outlive it.
 */
const GRACE_MS = 5000;

process.stdin.once('close', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
});
process.stdin.resume();
// The watch alone must not keep a worker alive that is done.
process.stdin.unref();
