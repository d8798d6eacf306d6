import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';

import { recordFromItem } from '../../../shared/call-log-codec';
import { isTerminal, type CallRecord } from '../../../shared/record';
import type { TranscriptEntry } from '../format/entry';

/** More claims than these never follow each other: five without progress are poison. */
const RECENT_RECORDS = 10;

/** A call's log as a reader sees it. */
export interface CallLogReader {
  /** Pages of the records after `afterSeq` in `seq` order; none when there are none. */
  pages(afterSeq?: number): AsyncIterable<readonly CallRecord[]>;
  /** The last records, the newest first; none when the log is empty. */
  recent(): Promise<readonly CallRecord[]>;
}

/**
 * Reads the log of one call with consistent reads, so that what an event announced is there.
 * Throws `log-too-new` and `log-unreadable` as the codec does.
 */
export function callLogReader(
  db: Pick<DynamoDB, 'query'>,
  table: string,
  callId: string,
): CallLogReader {
  return {
    async *pages(afterSeq = 0) {
      let startKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await db.query({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'callId = :callId AND seq > :after',
          ExpressionAttributeValues: {
            ':callId': { S: callId },
            ':after': { N: String(afterSeq) },
          },
          ExclusiveStartKey: startKey,
        });
        const items = page.Items ?? [];
        if (items.length > 0) yield items.map(recordFromItem);
        startKey = page.LastEvaluatedKey;
      } while (startKey !== undefined);
    },
    async recent() {
      const page = await db.query({
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: RECENT_RECORDS,
        KeyConditionExpression: 'callId = :callId',
        ExpressionAttributeValues: { ':callId': { S: callId } },
      });
      return (page.Items ?? []).map(recordFromItem);
    },
  };
}

/** The part of a record that belongs into a transcript; undefined for all other records. */
export function transcriptEntry(record: CallRecord): TranscriptEntry | undefined {
  const { callId, seq, fact } = record;
  if (fact.type !== 'segment' && fact.type !== 'gap') return undefined;
  return { ...fact, callId, seq };
}

/** True when the call is over: a worker that claims it afterwards only publishes what is left. */
export function isFinished(recent: readonly CallRecord[]): boolean {
  const decisive = recent.find((record) => record.fact.type !== 'claimed');
  return decisive !== undefined && isTerminal(decisive.fact.type);
}
