import { access } from 'node:fs/promises';

import { VOICE_PACKAGES } from '../../demo/programme';
import { PROMPTS_FOLDER } from '../../demo/voices';
import { selectEngine } from '../../recognisers/select';
import { prepareModels } from '../../recognisers/pocketsphinx/models';
import { CallscribeError } from '../../../shared/errors';
import { failed, ok, skipped, warning, type Result } from './finding';
import type { Patient } from './patient';

const INSTALL = `sudo apt-get install --no-install-recommends ${VOICE_PACKAGES.join(' ')}`;

/** The recogniser that `LOCAL_RECOGNISER` chooses, really started. */
export async function checkRecogniser({ env }: Patient): Promise<Result> {
  const name = env.LOCAL_RECOGNISER;
  if (!name) return skipped('LOCAL_RECOGNISER is not set: `local` hears tones');
  if (name === 'aws') return ok('aws: the real Amazon Transcribe');
  try {
    const engine = await selectEngine(name, env);
    await engine.close();
    return ok(`${name} starts`);
  } catch (reason) {
    const { message } = CallscribeError.from(reason);
    return { ...failed(message, INSTALL), failure: 'own-configuration' };
  }
}

/** What the spoken demo needs; nothing else does. */
export async function checkVoices(): Promise<Result> {
  try {
    await access(PROMPTS_FOLDER);
    await (await prepareModels(undefined)).remove();
    return ok('the demo can be spoken');
  } catch {
    return skipped('not all installed: `demo` plays tones, which needs nothing', INSTALL);
  }
}

interface LocalStatus {
  readonly workers?: readonly unknown[];
  readonly calls?: { readonly visible?: number };
}

/** The system that `callscribe local` runs, by its control endpoint. */
export async function checkLocalSystem({ env }: Patient, signal: AbortSignal): Promise<Result> {
  const url = env.CALLSCRIBE_CONTROL_URL;
  if (!url) return skipped('none runs in this folder');
  let status: LocalStatus;
  try {
    const response = await fetch(new URL('/status', url), { signal });
    status = (await response.json()) as LocalStatus;
  } catch {
    return failed(
      'its control endpoint does not answer',
      'start `callscribe local` again, or take its variables out of the environment',
    );
  }
  const workers = status.workers?.length ?? 0;
  if (workers > 0) return ok(`${workers} workers`);
  return warning(
    'runs without a worker: no call is heard',
    'start it without `--no-worker`, or start one with its exports: node dist/worker/main.cjs',
  );
}
