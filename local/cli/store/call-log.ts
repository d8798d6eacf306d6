import type { AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';

import { recordFromItem } from '../../../shared/call-log-codec';
import { isTerminal, type CallRecord } from '../../../shared/record';
import type { TranscriptEntry } from '../format/entry';

/** A call's log as a reader sees it. */
export interface CallLogReader {
  /** Pages of the records after `afterSeq` in `seq` order; none when there are none. */
  pages(afterSeq?: number): AsyncIterable<readonly CallRecord[]>;
  /** The last record, undefined when the log is empty. */
  last(): Promise<CallRecord | undefined>;
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
    async last() {
      const page = await db.query({
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
        KeyConditionExpression: 'callId = :callId',
        ExpressionAttributeValues: { ':callId': { S: callId } },
      });
      const item = page.Items?.[0];
      return item && recordFromItem(item);
    },
  };
}

/** The part of a record that belongs into a transcript; undefined for all other records. */
export function transcriptEntry(record: CallRecord): TranscriptEntry | undefined {
  const { callId, seq, fact } = record;
  if (fact.type !== 'segment' && fact.type !== 'gap') return undefined;
  return { ...fact, callId, seq };
}

/** True when the record says that the call is over. */
export function isFinished(record: CallRecord | undefined): boolean {
  return record !== undefined && isTerminal(record.fact.type);
}
