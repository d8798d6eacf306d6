import { synthesize } from '../support/synthesized-stack';

/** Hashes of assets and of CDK's own metadata change with every byte of the code. */
function withoutHashes(template: object): unknown {
  const text = JSON.stringify(template, (key, value: unknown) =>
    key === 'CDKMetadata' ? undefined : value,
  );
  return JSON.parse(text.replace(/[0-9a-f]{64}/g, 'HASH')) as unknown;
}

describe('the whole stack', () => {
  it('is as it was when somebody last looked at the difference', () => {
    // The schemas have tests and files of their own.
    const template = synthesize().template.toJSON() as { Resources: Record<string, object> };
    const resources = Object.entries(template.Resources).filter(
      ([, resource]) => (resource as { Type: string }).Type !== 'AWS::EventSchemas::Schema',
    );

    expect(
      withoutHashes({ ...template, Resources: Object.fromEntries(resources) }),
    ).toMatchSnapshot();
  });
});
