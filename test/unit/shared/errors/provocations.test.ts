import type { CallscribeError } from '../../../../shared/errors';
import { explain, sentencesOf } from '../../../../shared/errors/explain';
import { SERVICES } from '../../../../shared/errors/failure';
import { FAILURES } from '../../../../shared/errors/table';
import { READERS, kinesisVideoRows } from './kinesis-video-rows';
import { networkRows } from './network-rows';
import type { Row } from './row';
import { startStores, stopStores, storeRows, type Stores } from './store-rows';
import { SESSION_PATHS, SessionStage, transcribeRows } from './transcribe-rows';

const stages = SESSION_PATHS.map((path) => ({ path, stage: new SessionStage(path) }));
let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stopStores(stores));
afterEach(async () => {
  await Promise.all(stages.map(({ stage }) => stage.close()));
});

const groups: readonly (readonly [string, readonly Row[]])[] = [
  ...stages.map(
    ({ path, stage }) => [`a Transcribe session (${path})`, transcribeRows(stage, path)] as const,
  ),
  ...READERS.map((reader) => [`a stream (${reader})`, kinesisVideoRows(reader)] as const),
  ['table, bus and queue', storeRows(() => stores)],
  ['credentials and network', networkRows()],
];

describe.each(groups)('%s', (_name, rows) => {
  it.each(rows)('tells $failure', async (row) => {
    const entry = FAILURES.find(({ id }) => id === row.failure);

    const reason = await row.provoke();
    const error = explain(reason, row.service);

    expect(error).toMatchObject({
      failure: row.failure,
      code: entry?.code,
      retryable: entry?.retryable,
    });
    expectMessage(error, row);
    expectNothingQuoted(error);
  });
});

it('is provoked, each failure that a service reports', () => {
  const provoked = new Set(groups.flatMap(([, rows]) => rows.map(({ failure }) => failure)));

  const reported = FAILURES.filter(({ services }) => !services.includes('callscribe'));
  expect(reported.map(({ id }) => id).filter((id) => !provoked.has(id))).toEqual([]);
});

function expectMessage(
  { message }: CallscribeError,
  { failure, service, name, action }: Row,
): void {
  const entry = FAILURES.find(({ id }) => id === failure);
  if (entry === undefined) throw new Error(`${failure} is not in the table`);
  const { what, cause, cure } = sentencesOf(entry, service, action);
  const shown = /^[^:]+: (\S+|unknown error) \(/.exec(message)?.[1] ?? '';
  expect(shown).toMatch(typeof name === 'string' ? new RegExp(`^${name}$`) : name);
  const rest = `(${what}). Likely cause: ${cause}. What to do: ${cure}.`;
  expect(message).toBe(`${SERVICES[service].title}: ${shown} ${rest}`);
}

function expectNothingQuoted({ message, cause }: CallscribeError): void {
  expect(cause).toBeDefined();
  const text = cause instanceof Error ? cause.message : '';
  if (text.length > 3) expect(message).not.toContain(text);
}
