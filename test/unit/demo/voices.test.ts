import { existsSync } from 'node:fs';

import { AGENT_PROMPTS } from '../../../local/demo/sentences';
import { debianVoices, PROMPTS_FOLDER } from '../../../local/demo/voices';

const hasPrompts = existsSync(PROMPTS_FOLDER);
const hasFlite = existsSync('/usr/bin/flite');

(hasPrompts ? describe : describe.skip)('the recorded prompts', () => {
  it('are all there, each one to nine seconds long', async () => {
    for (const { file } of AGENT_PROMPTS) {
      const seconds = (await debianVoices.prompt(file)).length / 8_000;
      expect(seconds).toBeGreaterThan(1);
      expect(seconds).toBeLessThan(9);
    }
  });
});

(hasFlite ? describe : describe.skip)('the synthetic voice', () => {
  it('says the same sentence the same way', async () => {
    const [one, two] = [
      await debianVoices.speak('Thank you, goodbye.'),
      await debianVoices.speak('Thank you, goodbye.'),
    ];

    expect(one.length / 8_000).toBeGreaterThan(0.5);
    expect(two).toEqual(one);
  });
});

it('names the package of a recording that is not there', async () => {
  await expect(debianVoices.prompt('no-such-prompt')).rejects.toThrow(
    'asterisk-core-sounds-en-wav',
  );
});
