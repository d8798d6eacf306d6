import type { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

import { CALL_LOG, CALLS } from '../../shared/tables';

export interface CallTablesProps {
  readonly key?: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The log of every call, and the list of calls (DESIGN section 3). */
export class CallTables extends Construct {
  readonly callLog: Table;
  readonly calls: Table;

  constructor(scope: Construct, id: string, props: CallTablesProps) {
    super(scope, id);
    const common = kept(props);
    this.callLog = new Table(this, 'CallLog', {
      ...common,
      partitionKey: { name: CALL_LOG.partitionKey, type: AttributeType.STRING },
      sortKey: { name: CALL_LOG.sortKey, type: AttributeType.NUMBER },
      timeToLiveAttribute: CALL_LOG.ttl,
    });
    const { dayIndex } = CALLS;
    this.calls = new Table(this, 'Calls', {
      ...common,
      partitionKey: { name: CALLS.partitionKey, type: AttributeType.STRING },
      timeToLiveAttribute: CALLS.ttl,
    });
    this.calls.addGlobalSecondaryIndex({
      indexName: dayIndex.name,
      partitionKey: { name: dayIndex.partitionKey, type: AttributeType.STRING },
      sortKey: { name: dayIndex.sortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
  }
}

function kept({ key, removalPolicy }: CallTablesProps): Omit<TableProps, 'partitionKey'> {
  return {
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy,
    ...(key === undefined
      ? { encryption: TableEncryption.AWS_MANAGED }
      : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
  };
}
