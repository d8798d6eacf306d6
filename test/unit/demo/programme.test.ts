import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CallscribeError } from '../../../shared/errors';
import { prepareProgramme, VOICE_PACKAGES } from '../../../local/demo/programme';
import type { Voices } from '../../../local/demo/voices';
import { projectRoot } from '../../../local/system/project-root';

const missing = () =>
  Promise.reject(new CallscribeError('bad-configuration', 'install the Debian package flite'));
const noVoices: Voices = { prompt: missing, speak: missing };

describe('prepareProgramme', () => {
  it('falls back on tones and says what to install when there are no voices', async () => {
    const { recogniser, notes } = await prepareProgramme(1, {}, noVoices);

    expect(recogniser).toBe('tones');
    expect(notes.join(' ')).toContain('install the Debian package flite');
    expect(notes.join(' ')).toContain(
      `apt-get install --no-install-recommends ${VOICE_PACKAGES[0]}`,
    );
  });

  it('refuses rather than fall back when a recogniser was asked for', async () => {
    const env = { LOCAL_RECOGNISER: 'pocketsphinx' };

    await expect(prepareProgramme(1, env, noVoices)).rejects.toThrow('flite');
  });

  it('plays tones without a word when they were asked for', async () => {
    const { recogniser, notes } = await prepareProgramme(
      1,
      { LOCAL_RECOGNISER: 'tones' },
      noVoices,
    );

    expect([recogniser, notes]).toEqual(['tones', []]);
  });

  it('compares tones symbol by symbol', async () => {
    const { wordsOf } = await prepareProgramme(1, { LOCAL_RECOGNISER: 'tones' }, noVoices);

    expect(wordsOf('1 # A *')).toEqual(['1', '#', 'A', '*']);
  });

  it('lets every other failure through', async () => {
    const broken = () => Promise.reject(new CallscribeError('bad-audio', 'a damaged recording'));

    await expect(prepareProgramme(1, {}, { prompt: broken, speak: broken })).rejects.toThrow(
      'damaged',
    );
  });
});

it('names the packages that the set-up installs', () => {
  const script = readFileSync(join(projectRoot(), 'local/setup.sh'), 'utf8');

  expect(script).toContain(`VOICE_PACKAGES='${VOICE_PACKAGES.join(' ')}'`);
});
