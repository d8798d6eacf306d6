import { Match } from 'aws-cdk-lib/assertions';

import { synthesize } from '../support/synthesized-stack';

describe('the bus', () => {
  const denied = (sid: string, condition: object) => ({
    Statement: Match.objectLike({
      Sid: Match.stringLikeRegexp(sid),
      Effect: 'Deny',
      Action: 'events:PutEvents',
      Condition: Match.objectLike(condition),
    }),
  });

  it('takes events from the workers and the requesters only', () => {
    const { template } = synthesize({
      requesters: ['444455556666', 'arn:aws:iam::111122223333:role/crm'],
    });

    template.hasResourceProperties(
      'AWS::Events::EventBusPolicy',
      denied('RefuseStrangers', {
        ArnNotLike: {
          'aws:PrincipalArn': [Match.anyValue(), 'arn:aws:iam::111122223333:role/crm'],
        },
        StringNotEquals: { 'aws:PrincipalAccount': ['444455556666'] },
      }),
    );
    template.hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: Match.objectLike({ Effect: 'Allow', Action: 'events:PutEvents' }),
    });
  });

  it('opens itself to nobody when there are no requesters', () => {
    const { resources } = synthesize();

    const policies = JSON.stringify(resources('AWS::Events::EventBusPolicy'));
    expect(policies).toContain('"Deny"');
    expect(policies).not.toContain('"Allow"');
  });

  it('lets no requester pass an event off as a transcript', () => {
    const { template } = synthesize({ requesters: '444455556666' });

    template.hasResourceProperties(
      'AWS::Events::EventBusPolicy',
      denied('RefuseForgedTranscripts', {
        'ForAnyValue:StringEquals': { 'events:source': ['callscribe'] },
      }),
    );
  });

  it('keeps what was announced in an archive', () => {
    const { template } = synthesize({ archiveDays: 9 });

    template.hasResourceProperties('AWS::Events::Archive', {
      EventPattern: { source: ['callscribe'] },
      RetentionDays: 9,
    });
  });

  it('has a schema for every message, none too large for the registry', () => {
    const { resources } = synthesize();

    const schemas = Object.values(resources('AWS::EventSchemas::Schema'));
    expect(schemas.length).toBeGreaterThanOrEqual(9);
    for (const { Properties = {} } of schemas) {
      expect(Properties.Type).toBe('JSONSchemaDraft4');
      const content = String(Properties.Content);
      expect(JSON.parse(content)).toMatchObject({
        $schema: 'http://json-schema.org/draft-04/schema#',
      });
      expect(content.length).toBeLessThan(100_000);
    }
  });
});
