process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
import { runChaos } from './run/chaos-run';
import { KIND_NAMES } from './plan/kinds';

const [, , seed = '1', slots = '6', seconds = '0', only = ''] = process.argv;
const kinds = only === 'all' ? KIND_NAMES : only === '' ? [] : only.split(',');
const t0 = performance.now();
const result = await runChaos({
  seed: Number(seed),
  slots: Number(slots),
  lengthMs: Number(seconds) * 1000,
  kinds,
  concentrated: kinds.length === 1,
  size: { minMs: 20000, maxMs: 30000, speeds: [2, 3] },
  workers: 3,
  onTrouble: (line) => console.log(line.slice(0, 300)),
});
for (const c of result.calls)
  console.log(
    c.plan.callId,
    c.plan.kinds.join(),
    JSON.stringify(c.struck),
    c.records.length,
    JSON.stringify(c.judgement),
    c.notes.join('; '),
  );
console.log(
  JSON.stringify(result.strikes),
  result.leftovers,
  result.signals,
  result.resumedAfterMs.map(Math.round).join(),
  ((performance.now() - t0) / 1000).toFixed(1),
  's',
  process.cpuUsage().user / 1e6,
);
