/**
 * Loaded into every worker process before its bundle (`node --require`): when the process that
 * started it ends, however it does, standard input closes, and the worker ends too. At once: the
 * stand-ins were in that process, so there is nobody left to hand calls over to, and a logger
 * whose pipe is broken may block for ever while it tries to flush.
 */
process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
// The watch alone must not keep a worker alive that is done.
process.stdin.unref();
