import { AWS_SERVICES, SERVICES, type Service } from '../../../shared/errors/failure';
import { checkAcceptance, checkClock, checkCredentials, checkRegion } from './access';
import { checkBus } from './bus';
import { examine, ok, skipped, type Finding, type Result, type Subject } from './finding';
import { checkLocalSystem, checkRecogniser, checkVoices } from './local-setup';
import { checkConfiguration, checkNode, checkQuotas } from './machine';
import { patientOf, type DoctorOptions, type Patient } from './patient';
import { probe, type Answer } from './probe';
import { checkDeadLetters, checkQueue } from './queue';
import { checkStreams } from './streams';
import { checkCallLog, checkCalls } from './tables';
import { checkTranscribe } from './transcribe';

type Check = (patient: Patient, signal: AbortSignal) => Promise<Result> | Result;

const CHECK_LIMIT_MS = 8_000;

/** Signed requests that change nothing, one for each thing that the worker works with. */
const TREATMENTS: readonly (readonly [Subject, Check])[] = [
  [{ id: 'transcribe', title: SERVICES.transcribe.title, service: 'transcribe' }, checkTranscribe],
  [
    { id: 'kinesis-video', title: SERVICES['kinesis-video'].title, service: 'kinesis-video' },
    checkStreams,
  ],
  [{ id: 'call-log-table', title: 'table CallLog', service: 'dynamodb' }, checkCallLog],
  [{ id: 'calls-table', title: 'table Calls', service: 'dynamodb' }, checkCalls],
  [{ id: 'queue', title: 'queue of calls', service: 'sqs' }, checkQueue],
  [{ id: 'dead-letters', title: 'dead-letter queue', service: 'sqs' }, checkDeadLetters],
  [{ id: 'bus', title: 'event bus', service: 'event-bridge' }, checkBus],
];

/**
 * Looks at everything that a worker or a client of this environment needs, and changes nothing.
 * Findings come in a fixed order, each thing once; checks run side by side.
 */
export async function runDoctor(options: DoctorOptions): Promise<Finding[]> {
  const patient = patientOf(options);
  const answers: Answer[] = [];
  const look = (subject: Subject, check: Check) =>
    examine(subject, options.limitMs ?? CHECK_LIMIT_MS, (signal) => check(patient, signal));
  const own = (id: string, title: string, check: Check) =>
    look({ id, title, service: 'callscribe' }, check);
  const [machine, region, credentials, reached, treated, local] = await Promise.all([
    Promise.all([
      own('node', 'Node.js', () => checkNode()),
      own('configuration', 'configuration', checkConfiguration),
    ]),
    look({ id: 'region', title: 'region', service: 'dynamodb' }, checkRegion),
    look({ id: 'credentials', title: 'credentials', service: 'dynamodb' }, checkCredentials),
    Promise.all(
      AWS_SERVICES.map((service) => look(endpointOf(service), reaching(service, answers))),
    ),
    Promise.all(TREATMENTS.map(([subject, check]) => look(subject, check))),
    Promise.all([
      own('local-system', 'local system', checkLocalSystem),
      own('recogniser', 'local recogniser', checkRecogniser),
      own('voices', 'voices of the demo', checkVoices),
    ]),
  ]);
  return [
    ...machine,
    region,
    credentials,
    await own('acceptance', 'credentials at work', () => checkAcceptance(treated)),
    await own('clock', 'clock', () => checkClock(answers)),
    ...withoutEchoes([region, credentials], [...reached, ...treated]),
    await own('quotas', 'quotas', checkQuotas),
    ...local,
  ];
}

/** What fails only because region or credentials are missing would repeat it. */
function withoutEchoes(roots: readonly Finding[], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => {
    const root = roots.find(
      ({ status, failure }) => status === 'failed' && failure === finding.failure,
    );
    if (root === undefined) return finding;
    const { id, title } = finding;
    return { id, title, ...skipped(`not tried: ${root.title} first`) };
  });
}

function endpointOf(service: Service): Subject {
  return { id: `reach-${service}`, title: `${SERVICES[service].title} endpoint`, service };
}

function reaching(service: Service, answers: Answer[]): Check {
  return async (patient, signal) => {
    const endpoint = await patient.endpoint(service);
    const protocol = service === 'transcribe' ? 'h2' : 'http/1.1';
    const answer = await probe(endpoint, protocol, patient.nowMs, signal);
    answers.push(answer);
    return ok(`${new URL(endpoint).host} answers within ${Math.ceil(answer.tookMs)} ms`);
  };
}
