import { z } from 'zod';

import { callOptionsSchema } from '../shared/call';
import { checkDeployment, optionRulesSchema } from '../shared/deployment-options';
import { LOG_LEVELS } from '../shared/logger';
import { LANGUAGE_PATTERN } from '../shared/transcribe-options/languages';
import { sentenceOf } from '../shared/transcribe-options/parse';

/** Context keys with this prefix are ours: `-c callscribe:maxTasks=8`, or `cdk.json`. */
export const OPTION_PREFIX = 'callscribe:';

/** Fargate's own table: memory in MiB that may go with so many CPU units. */
const FARGATE_MEMORY: Readonly<Record<number, { min: number; max: number; step: number }>> = {
  512: { min: 1024, max: 4096, step: 1024 },
  1024: { min: 2048, max: 8192, step: 1024 },
  2048: { min: 4096, max: 16_384, step: 1024 },
  4096: { min: 8192, max: 30_720, step: 1024 },
  8192: { min: 16_384, max: 61_440, step: 4096 },
  16_384: { min: 32_768, max: 122_880, step: 8192 },
};

/** CloudWatch Logs takes no other numbers of days. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096];

/** A Lambda function's whole environment is at most 4 KB; the rest of it needs about 1 KB. */
const MAX_ENVIRONMENT_BYTES = 3_000;

const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
const ACCOUNT_ID = /^\d{12}$/;

const optionsSchema = z
  .strictObject({
    stage: text(/^[a-z][a-z0-9-]{0,19}$/, 'a short lower-case name such as prod'),
    streamPrefixes: list(
      /^[A-Za-z0-9_.-]{1,200}$/,
      'beginnings of stream names, without a star',
      1,
    ),
    streamKeyArns: list(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'ARNs of KMS keys'),
    connectInstanceArns: list(
      /^arn:[\w-]+:connect:[\w-]+:\d{12}:instance\/[\w-]+$/,
      'ARNs of Amazon Connect instances',
    ),
    chime: flag(),
    contactAttributes: list(/^[^\s,]{1,128}$/, 'names of contact attributes'),
    sipHeaders: list(/^[A-Za-z0-9-]{1,128}$/, 'names of SIP headers'),
    requesters: z.preprocess(
      splitList,
      z.array(
        z.string().refine((value) => ROLE_ARN.test(value) || ACCOUNT_ID.test(value), {
          message: 'ARNs of IAM roles or users, or account numbers of 12 digits',
        }),
      ),
    ),
    vpcId: optional(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC'),
    subnetIds: list(/^subnet-[0-9a-f]{8,17}$/, 'ids of subnets'),
    routeTableIds: list(/^rtb-[0-9a-f]{8,17}$/, 'ids of route tables'),
    publicIp: flag(),
    vpcEndpoints: flag(),
    taskCpu: whole(512, 16_384),
    taskMemoryMiB: whole(1024, 122_880),
    callsPerTask: whole(1, 10_000),
    minTasks: whole(0, 1000),
    maxTasks: whole(1, 1000),
    targetUtilisationPercent: whole(10, 100),
    language: text(LANGUAGE_PATTERN, 'a language code such as en-US'),
    transcribeOptions: json(callOptionsSchema),
    transcribeRules: json(optionRulesSchema),
    sessionQuota: whole(1, 100_000),
    sessionStartsPerSecond: whole(1, 10_000),
    retentionDays: whole(15, 3650),
    archiveDays: whole(1, 3650),
    logRetentionDays: whole(1, 1096).refine((days) => LOG_RETENTION_DAYS.includes(days), {
      message: `one of ${LOG_RETENTION_DAYS.join(', ')}`,
    }),
    logLevel: z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` }),
    customerManagedKey: flag(),
    keepData: flag(),
    alarmEmail: optional(/^[^\s@]+@[^\s@]+$/, 'an e-mail address'),
  })
  .superRefine(checkTogether);

/** What may be chosen for a deployment; docs/deploy.md describes every option. */
export type StackOptions = Readonly<z.infer<typeof optionsSchema>>;
type OptionName = keyof StackOptions;

export const DEFAULT_OPTIONS = {
  stage: 'dev',
  streamPrefixes: ['callscribe', 'ChimeVoiceConnector-'],
  streamKeyArns: [],
  connectInstanceArns: [],
  chime: true,
  contactAttributes: [],
  sipHeaders: [],
  requesters: [],
  vpcId: '',
  subnetIds: [],
  routeTableIds: [],
  publicIp: false,
  vpcEndpoints: false,
  taskCpu: 1024,
  taskMemoryMiB: 2048,
  callsPerTask: 200,
  minTasks: 1,
  maxTasks: 10,
  targetUtilisationPercent: 70,
  language: 'en-US',
  transcribeOptions: {},
  transcribeRules: [],
  sessionQuota: 25,
  sessionStartsPerSecond: 20,
  retentionDays: 90,
  archiveDays: 14,
  logRetentionDays: 30,
  logLevel: 'info',
  customerManagedKey: false,
  keepData: true,
  alarmEmail: '',
} as const satisfies Record<OptionName, unknown>;

export const OPTION_NAMES = Object.keys(DEFAULT_OPTIONS) as readonly OptionName[];

/**
 * Reads the options from CDK context. Command-line context is always text, so `8`, `true` and
 * `a,b` are understood as well as their JSON. Throws one Error that names every option that is
 * wrong or unknown, with what was found and what would be right.
 */
export function readOptions(context: Readonly<Record<string, unknown>>): StackOptions {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(context)) {
    if (key.startsWith(OPTION_PREFIX)) given[key.slice(OPTION_PREFIX.length)] = value;
  }
  const parsed = optionsSchema.safeParse({ ...DEFAULT_OPTIONS, ...given });
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0
      ? issue.keys.map((key) => `${OPTION_PREFIX}${key}: no such option`)
      : `${OPTION_PREFIX}${String(issue.path[0])}: ${messageOf(issue)}${found(given, issue.path[0])}`,
  );
  throw new Error(`${problems.join('; ')}. The options are described in docs/deploy.md`);
}

/** Of what is wrong deep inside an option its place is said, too. */
function messageOf(issue: z.core.$ZodIssue): string {
  const [name, ...inside] = issue.path;
  return String(name).startsWith('transcribe')
    ? sentenceOf({ ...issue, path: inside })
    : issue.message;
}

function found(given: Readonly<Record<string, unknown>>, name: PropertyKey | undefined): string {
  const value = typeof name === 'string' ? given[name] : undefined;
  return value === undefined ? '' : ` (found ${JSON.stringify(value)})`;
}

/** What is right alone may be wrong together. */
function checkTogether(options: Record<OptionName, unknown>, context: z.RefinementCtx): void {
  const o = options as StackOptions;
  const refuse = (name: OptionName, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  const memory = FARGATE_MEMORY[o.taskCpu];
  if (memory === undefined) {
    refuse('taskCpu', `one of ${Object.keys(FARGATE_MEMORY).join(', ')}`);
  } else if (
    o.taskMemoryMiB < memory.min ||
    o.taskMemoryMiB > memory.max ||
    o.taskMemoryMiB % memory.step !== 0
  ) {
    const { min, max, step } = memory;
    refuse('taskMemoryMiB', `${min} to ${max} in steps of ${step} with taskCpu ${o.taskCpu}`);
  }
  if (o.maxTasks < o.minTasks) refuse('maxTasks', `must not be below minTasks, ${o.minTasks}`);
  if ((o.vpcId === '') !== (o.subnetIds.length === 0)) {
    refuse('subnetIds', 'must be given together with vpcId, and only then');
  }
  if (o.routeTableIds.length > 0 && (o.vpcId === '' || !o.vpcEndpoints)) {
    refuse('routeTableIds', 'is for gateway endpoints in an existing VPC, with vpcEndpoints');
  }
  checkTranscription(o, refuse);
  if (o.publicIp && o.vpcId === '') {
    refuse('publicIp', 'is for an existing VPC; the new one has public addresses anyway');
  }
}

function checkTranscription(
  { language, transcribeOptions, transcribeRules }: StackOptions,
  refuse: (name: OptionName, message: string) => void,
): void {
  const deployment = { language, options: transcribeOptions, rules: transcribeRules };
  for (const problem of checkDeployment(deployment)) {
    if (problem.startsWith('rule')) refuse('transcribeRules', problem);
    else if (problem.startsWith('default language')) refuse('language', problem);
    else refuse('transcribeOptions', problem);
  }
  const bytes = Buffer.byteLength(JSON.stringify([transcribeOptions, transcribeRules]));
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    refuse(
      'transcribeRules',
      `may have ${MAX_ENVIRONMENT_BYTES} bytes as JSON, with transcribeOptions; there are ${bytes}`,
    );
  }
}

/** An object or a list in `cdk.json`, its JSON on the command line. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }, schema);
}

function text(pattern: RegExp, description: string) {
  return z.string({ error: description }).regex(pattern, description);
}

/** Empty text means that the option is not used. */
function optional(pattern: RegExp, description: string) {
  return z.string({ error: description }).refine((value) => value === '' || pattern.test(value), {
    message: description,
  });
}

function list(pattern: RegExp, description: string, min = 0) {
  return z.preprocess(
    splitList,
    z.array(text(pattern, description), { error: description }).min(min, description),
  );
}

function flag() {
  return z.preprocess(
    (value) => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean({ error: 'true or false' }),
  );
}

function whole(min: number, max: number) {
  const description = `a whole number from ${min} to ${max}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number({ error: description }).int(description).min(min, description).max(max, description),
  );
}

function splitList(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
