/**
 * The environment that functions/dispatch/config.ts parses, as far as the stack decides it.
 * test/infra/environment.test.ts holds both together.
 */
export interface DispatchEnvironment extends Readonly<Record<string, string>> {
  readonly CALLS_QUEUE_URL: string;
  /** Where dispatch parks what it refuses: events, which would be out of place among requests. */
  readonly CALLS_DLQ_URL: string;
  readonly CALLS_TABLE: string;
  readonly CONTACT_ATTRIBUTES: string;
  readonly SIP_HEADERS: string;
  readonly DEFAULT_LANGUAGE: string;
  readonly TRANSCRIBE_OPTIONS: string;
  readonly TRANSCRIBE_RULES: string;
  readonly LOG_LEVEL: string;
}

export interface DispatchTunables {
  readonly contactAttributes: readonly string[];
  readonly sipHeaders: readonly string[];
  readonly language: string;
  readonly transcribeOptions: object;
  readonly transcribeRules: readonly object[];
  readonly logLevel: string;
}

/** Environment values of dispatch; `service` only when workers may sleep. */
export function dispatchEnvironment(
  names: Readonly<Record<'callsQueueUrl' | 'deadLetterQueueUrl' | 'callsTable', string>>,
  tunables: DispatchTunables,
  service?: { readonly cluster: string; readonly name: string },
): DispatchEnvironment {
  return {
    CALLS_QUEUE_URL: names.callsQueueUrl,
    CALLS_DLQ_URL: names.deadLetterQueueUrl,
    CALLS_TABLE: names.callsTable,
    CONTACT_ATTRIBUTES: tunables.contactAttributes.join(','),
    SIP_HEADERS: tunables.sipHeaders.join(','),
    DEFAULT_LANGUAGE: tunables.language,
    TRANSCRIBE_OPTIONS: JSON.stringify(tunables.transcribeOptions),
    TRANSCRIBE_RULES: JSON.stringify(tunables.transcribeRules),
    LOG_LEVEL: tunables.logLevel,
    ...(service === undefined
      ? {}
      : { WORKER_CLUSTER: service.cluster, WORKER_SERVICE: service.name }),
  };
}
