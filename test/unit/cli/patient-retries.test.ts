import { patientRetries } from '../../../local/cli/patient-retries';

/** How many attempts are made at something that always fails so. */
async function attemptsAt(
  error: Error & { readonly code?: string; cause?: Error },
): Promise<number> {
  const retries = await patientRetries(() => 0);
  let token = await retries.acquireInitialRetryToken('');
  const info = {
    error: { ...error, $fault: 'server', $metadata: {} },
    errorType: 'TRANSIENT',
  } as const;
  for (let attempts = 1; ; attempts++) {
    try {
      token = await retries.refreshRetryTokenForRetry(token, info);
    } catch {
      return attempts;
    }
  }
}

describe('patientRetries', () => {
  it('waits through many failures of a service', async () => {
    expect(await attemptsAt({ name: 'ServiceUnavailable', message: '' })).toBe(35);
  });

  it('gives up soon where nobody listens', async () => {
    expect(await attemptsAt({ name: 'Error', message: '', code: 'ECONNREFUSED' })).toBe(3);
  });
});
