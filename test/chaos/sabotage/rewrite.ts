import { parseBody } from '../../../local/system/aws-json';
import type { AwsJsonCall } from '../../../local/system/aws-json';
import { DETAIL_TYPES } from '../../../shared/events';
import type { Gap, TranscriptSegment, Word } from '../../../shared/events';

export type Rewriting = 'drop' | 'dup' | 'shift' | 'gap';

/** More than the tolerance of 20 ms, less than the pitch of symbols. */
const SHIFT_MS = 30;
/** One segment in so many. */
const SHARE = 6;
const MIN_WORDS = 3;

/** A PutItem of a record whose segment or gap says something else than the worker wrote. */
export function rewriteItem(call: AwsJsonCall, how: Rewriting): AwsJsonCall {
  if (call.operation !== 'PutItem') return call;
  const body = parseBody(call.body) as { Item?: { record?: { S?: string } } } | undefined;
  const text = body?.Item?.record?.S;
  if (body?.Item?.record === undefined || text === undefined) return call;
  const record = JSON.parse(text) as { callId: string; seq: number; fact: { type: string } };
  const { fact } = record;
  const changed = rewriteFact(`${record.callId}#${record.seq}`, fact.type, fact, how);
  body.Item.record.S = JSON.stringify({ ...record, fact: changed });
  return { ...call, body: Buffer.from(JSON.stringify(body)) };
}

/** The same for the events that announce such records. */
export function rewriteEntries(call: AwsJsonCall, how: Rewriting): AwsJsonCall {
  const body = parseBody(call.body) as { Entries?: Entry[] } | undefined;
  if (call.operation !== 'PutEvents' || body?.Entries === undefined) return call;
  for (const entry of body.Entries) {
    const detail = JSON.parse(entry.Detail) as { eventId: string };
    const type = TYPE_BY_DETAIL[entry.DetailType] ?? '';
    entry.Detail = JSON.stringify(rewriteFact(detail.eventId, type, detail, how));
  }
  return { ...call, body: Buffer.from(JSON.stringify(body)) };
}

interface Entry {
  readonly DetailType: string;
  Detail: string;
}

const TYPE_BY_DETAIL: Readonly<Record<string, string>> = {
  [DETAIL_TYPES.segment]: 'segment',
  [DETAIL_TYPES.gap]: 'gap',
};

function rewriteFact(eventId: string, type: string, fact: object, how: Rewriting): object {
  if (how === 'gap') return type === 'gap' ? { ...fact, endMs: (fact as Gap).startMs } : fact;
  if (type !== 'segment' || !isChosen(eventId)) return fact;
  const segment = fact as TranscriptSegment;
  if (segment.words.length < MIN_WORDS) return fact;
  const words = rewriteWords(segment.words, how);
  return { ...segment, words, text: words.map(({ text }) => text).join(' ') };
}

function rewriteWords(words: readonly Word[], how: Exclude<Rewriting, 'gap'>): Word[] {
  const middle = words.length >> 1;
  const word = words[middle] as Word;
  const later = { ...word, startMs: word.startMs + SHIFT_MS, endMs: word.endMs + SHIFT_MS };
  const instead = { drop: [], dup: [word, word], shift: [later] }[how];
  return [...words.slice(0, middle), ...instead, ...words.slice(middle + 1)];
}

/** The same for a record and its event, and in every run. */
export function isChosen(eventId: string): boolean {
  let sum = 0;
  for (let i = 0; i < eventId.length; i++) sum = (sum * 31 + eventId.charCodeAt(i)) >>> 0;
  return sum % SHARE === 0;
}
