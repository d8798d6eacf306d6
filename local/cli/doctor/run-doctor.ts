import { AWS_SERVICES, SERVICES, type Service } from '../../../shared/errors/failure';
import { checkAcceptance, checkClock, checkCredentials, checkRegion, reachTitle } from './access';
import { checkBus } from './bus';
import { examine, ok, skipped, type Finding, type Result } from './finding';
import { checkLocalSystem, checkRecogniser, checkVoices } from './local-setup';
import { checkConfiguration, checkNode, checkQuotas } from './machine';
import { patientOf, type DoctorOptions, type Patient } from './patient';
import { probe, type Answer } from './probe';
import { checkDeadLetters, checkQueue } from './queue';
import { checkStreams } from './streams';
import { checkCallLog, checkCalls } from './tables';
import { checkTranscribe } from './transcribe';

type Check = (patient: Patient, signal: AbortSignal) => Promise<Result>;

/** Signed requests that change nothing, one for each thing that the worker works with. */
const TREATMENTS: readonly (readonly [string, string, Service, Check])[] = [
  ['transcribe', SERVICES.transcribe.title, 'transcribe', checkTranscribe],
  ['kinesis-video', SERVICES['kinesis-video'].title, 'kinesis-video', checkStreams],
  ['call-log-table', 'table CallLog', 'dynamodb', checkCallLog],
  ['calls-table', 'table Calls', 'dynamodb', checkCalls],
  ['queue', 'queue of calls', 'sqs', checkQueue],
  ['dead-letters', 'dead-letter queue', 'sqs', checkDeadLetters],
  ['bus', 'event bus', 'event-bridge', checkBus],
];

/**
 * Looks at everything that a worker or a client of this environment needs, and changes nothing.
 * Findings come in a fixed order, each thing once; checks run side by side.
 */
export async function runDoctor(options: DoctorOptions): Promise<Finding[]> {
  const patient = patientOf(options);
  const answers: Answer[] = [];
  const [machine, region, credentials, reached, treated, local] = await Promise.all([
    Promise.all([
      examine('node', 'Node.js', 'callscribe', () => checkNode()),
      examine('configuration', 'configuration', 'callscribe', () => checkConfiguration(patient)),
    ]),
    examine('region', 'region', 'dynamodb', () => checkRegion(patient)),
    examine('credentials', 'credentials', 'dynamodb', () => checkCredentials(patient)),
    Promise.all(AWS_SERVICES.map((service) => reach(patient, service, answers))),
    Promise.all(
      TREATMENTS.map(([id, title, service, check]) =>
        examine(id, title, service, (signal) => check(patient, signal)),
      ),
    ),
    Promise.all([
      examine('local-system', 'local system', 'callscribe', (signal) =>
        checkLocalSystem(patient, signal),
      ),
      examine('recogniser', 'local recogniser', 'callscribe', () => checkRecogniser(patient)),
      examine('voices', 'voices of the demo', 'callscribe', () => checkVoices()),
    ]),
  ]);
  const accepted = await examine('acceptance', 'credentials at work', 'dynamodb', () =>
    checkAcceptance(treated),
  );
  const clock = await examine('clock', 'clock', 'callscribe', () => checkClock(answers));
  const quotas = await examine('quotas', 'quotas', 'transcribe', () => checkQuotas(patient));
  return [
    ...machine,
    region,
    credentials,
    accepted,
    clock,
    ...withoutEchoes([region, credentials], [...reached, ...treated]),
    quotas,
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

function reach(patient: Patient, service: Service, answers: Answer[]): Promise<Finding> {
  return examine(`reach-${service}`, reachTitle(service), service, async (signal) => {
    const endpoint = await patient.endpoint(service);
    const protocol = service === 'transcribe' ? 'h2' : 'http/1.1';
    const answer = await probe(endpoint, protocol, patient.nowMs, signal);
    answers.push(answer);
    return ok(`${new URL(endpoint).host} answers within ${Math.ceil(answer.tookMs)} ms`);
  });
}
