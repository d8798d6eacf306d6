import { checkTranscribeOptions } from '../../../shared/transcribe-options/check';
import { mergeOptions } from '../../../shared/transcribe-options/merge';
import {
  transcribeOptionsSchema,
  type TranscribeOptions,
} from '../../../shared/transcribe-options/schema';
import { EN, withAudio } from './case';
import { TOGETHER } from './cases-together';

describe('checkTranscribeOptions', () => {
  it.each(TOGETHER.map(withAudio))(
    'shows with %s how it would be right',
    (_what, options, option, _rule, audio) => {
      const problems = checkTranscribeOptions(transcribeOptionsSchema.parse(options), audio);

      const { example = 'none' } = problems.find((problem) => problem.option === option) ?? {};
      const shown = transcribeOptionsSchema.parse(JSON.parse(example));

      // An example that says nothing about the language is for calls that have one.
      expect(checkTranscribeOptions(mergeOptions<TranscribeOptions>(EN, shown))).toEqual([]);
    },
  );
});
