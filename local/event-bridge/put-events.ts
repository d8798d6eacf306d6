import type { Clock } from '../../shared/clock';
import type { Fault, FaultBoard } from '../faults/fault-board';
import { errorReply, jsonReply, parseBody } from '../system/aws-json';
import type { AwsJsonCall, AwsJsonReply } from '../system/aws-json';
import { PUT_EVENTS_LIMITS, busName, entryBytes, readEntry } from './entries';
import type { EntryError, EventEnvelope } from './entries';
import type { EventBridgeFaultKind } from './faults';
import { isObject } from './pattern-filters';
import type { RuleBook } from './rule-book';

const DEFAULT_SLOW_MS = 5000;
const DEFAULT_FAILED_SHARE = 0.1;

export interface EventPutterParts {
  readonly region: string;
  readonly account: string;
  readonly rules: RuleBook;
  readonly faults: FaultBoard;
  readonly clock: Clock;
  readonly random: () => number;
  deliver(bus: string, event: EventEnvelope): void;
}

/** PutEvents with its limits, its per-entry failures, and the faults. */
export class EventPutter {
  accepted = 0;
  refused = 0;

  constructor(private readonly parts: EventPutterParts) {}

  /** `undefined` resets the connection. */
  async answer(call: AwsJsonCall): Promise<AwsJsonReply | undefined> {
    const entries = readEntries(call.body);
    const bus = busName(entries?.[0]?.EventBusName);
    const slow = this.#strike('put-slow', bus);
    if (slow !== undefined)
      await this.parts.clock.sleep(Number(slow.settings?.delayMs ?? DEFAULT_SLOW_MS));
    if (this.#strike('put-down', bus) !== undefined) return undefined;
    if (this.#strike('put-error', bus) !== undefined) {
      return errorReply(500, 'InternalException', 'Internal error', '1.1');
    }
    const problem = requestProblem(entries);
    if (entries === undefined || problem !== undefined) {
      return errorReply(400, 'ValidationException', problem ?? 'Entries is missing', '1.1');
    }
    const results = this.#put(entries, bus);
    if (this.#strike('put-lost-reply', bus) !== undefined) return undefined;
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    return jsonReply(200, { FailedEntryCount, Entries: results }, '1.1');
  }

  #put(entries: readonly Entry[], bus: string): ({ EventId: string } | EntryError)[] {
    const fault = this.#strike('put-fail-entries', bus);
    const share = Number(fault?.settings?.share ?? DEFAULT_FAILED_SHARE);
    return entries.map((entry) => {
      const strikes = fault !== undefined && this.parts.random() < share;
      const result = strikes ? this.#failure(fault.settings?.errorCode) : this.#accept(entry);
      if ('ErrorCode' in result) this.refused += 1;
      else this.accepted += 1;
      return result;
    });
  }

  #strike(kind: EventBridgeFaultKind, bus: string): Fault | undefined {
    return this.parts.faults.strike(kind, bus);
  }

  #failure(errorCode: unknown): EntryError {
    const drawn = this.parts.random() < 0.5 ? 'ThrottlingException' : 'InternalFailure';
    const ErrorCode = typeof errorCode === 'string' ? errorCode : drawn;
    return { ErrorCode, ErrorMessage: 'The entry was not accepted, put it again.' };
  }

  #accept(entry: Entry): { EventId: string } | EntryError {
    const { region, account, clock, rules, deliver } = this.parts;
    const read = readEntry(entry, { region, account, nowMs: clock.epochMs() });
    if ('ErrorCode' in read) return read;
    const { bus, event } = read;
    if (!rules.hasBus(bus)) {
      return {
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Event bus ${bus} does not exist.`,
      };
    }
    deliver(bus, event);
    const again = this.#strike('deliver-twice', bus);
    if (again !== undefined) {
      void clock.sleep(Number(again.settings?.afterMs ?? 0)).then(() => deliver(bus, event));
    }
    return { EventId: event.id };
  }
}

type Entry = Readonly<Record<string, unknown>>;

function readEntries(body: Buffer): Entry[] | undefined {
  const entries = parseBody(body)?.Entries;
  return Array.isArray(entries) && entries.every(isObject) ? entries : undefined;
}

/** What makes EventBridge refuse the request as a whole. */
function requestProblem(entries: readonly Entry[] | undefined): string | undefined {
  if (entries === undefined || entries.length === 0) return 'Entries must hold 1 to 10 entries';
  if (entries.length > PUT_EVENTS_LIMITS.entries) {
    return (
      "1 validation error detected: Value at 'entries' failed to satisfy constraint: " +
      `Member must have length less than or equal to ${PUT_EVENTS_LIMITS.entries}`
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  return bytes >= PUT_EVENTS_LIMITS.totalBytes
    ? 'Total size of the entries in the request is over the limit.'
    : undefined;
}
