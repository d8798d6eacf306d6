import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { projectRoot } from '../../../local/system/project-root';
import type { Lexicon } from '../../../local/transcribe/lexicon';
import { parseLexicon, withDefaults } from '../../../local/transcribe/lexicon';
import type { SessionSettings } from '../../../local/transcribe/request-headers';
import type { ShapedResult } from '../../../local/transcribe/shaping/shaper';
import { Shaper } from '../../../local/transcribe/shaping/shaper';
import { recognition, sessionSettings } from './recognitions';

const shaper = (settings: Partial<SessionSettings>, lexicon: Lexicon = {}) =>
  new Shaper(sessionSettings(settings), withDefaults(lexicon));

const words = (text: string) => text.split(' ');
const final = (text: string, utterance = 1) => recognition('final', words(text), utterance);
const partial = (text: string, utterance = 1) => recognition('partial', words(text), utterance);
const itemsOf = (shaped: ShapedResult) => shaped.alternatives[0].items;

describe('stabilization', () => {
  const stabilised = () => shaper({ unstableWords: 1 });

  it('never changes an item that was called stable', () => {
    const shape = stabilised();
    shape.shape(partial('the red house'));

    const later = shape.shape(partial('the bread mouse is'));
    const last = shape.shape(final('a bed louse was here'));

    expect(later.alternatives[0].transcript).toBe('the red mouse is');
    expect(itemsOf(later).map(({ stable }) => stable)).toEqual([true, true, true, false]);
    expect(last.alternatives[0].transcript).toBe('the red mouse was here');
    expect(itemsOf(last).every(({ stable }) => stable)).toBe(true);
  });

  it('keeps stable items when the recogniser takes words back', () => {
    const shape = stabilised();
    shape.shape(partial('one two three four'));

    expect(shape.shape(partial('one')).alternatives[0].transcript).toBe('one two three');
  });

  it('begins anew with the next utterance', () => {
    const shape = stabilised();
    shape.shape(partial('one two three'));

    expect(shape.shape(partial('four', 2)).alternatives[0].transcript).toBe('four');
  });

  it('is not spoken of when nobody asked', () => {
    expect(itemsOf(shaper({}).shape(partial('one')))[0]).toHaveProperty('stable', undefined);
  });
});

describe('speaker labels', () => {
  it('change with the utterance', () => {
    const shape = shaper({ speakerLabels: true });
    const speakers = [1, 2, 3].map(
      (utterance) => itemsOf(shape.shape(final('yes', utterance)))[0]?.speaker,
    );

    expect(speakers).toEqual(['0', '1', '0']);
  });

  it('stand at words, not at marks', () => {
    const items = itemsOf(shaper({ speakerLabels: true }).shape(final('yes .')));

    expect(items.map(({ speaker }) => speaker)).toEqual(['0', undefined]);
  });
});

describe('a vocabulary filter', () => {
  const lexicon = { vocabularyFilters: { rude: ['darn', 'bloody hell'], other: ['well'] } };
  const filtered = (filterMethod: 'mask' | 'remove' | 'tag') =>
    shaper({ filterNames: ['rude'], filterMethod }, lexicon).shape(
      final('Darn it bloody hell well'),
    );

  it('masks', () => {
    const shaped = filtered('mask');

    expect(shaped.alternatives[0].transcript).toBe('*** it *** *** well');
    expect(itemsOf(shaped).map(({ filterMatch }) => filterMatch)).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('removes', () => {
    expect(filtered('remove').alternatives[0].transcript).toBe('it well');
  });

  it('tags', () => {
    const shaped = filtered('tag');

    expect(shaped.alternatives[0].transcript).toBe('Darn it bloody hell well');
    expect(itemsOf(shaped).filter(({ filterMatch }) => filterMatch)).toHaveLength(3);
  });

  it('works on partials too', () => {
    const shape = shaper({ filterNames: ['rude'] }, lexicon);

    expect(shape.shape(partial('darn')).alternatives[0].transcript).toBe('***');
  });

  it('holds no words when its name is unknown', () => {
    const shape = shaper({ filterNames: ['no-such'] }, lexicon);

    expect(shape.shape(final('darn')).alternatives[0].transcript).toBe('darn');
  });
});

describe('PII', () => {
  const identify = { redacts: false, types: [] } as const;
  const entitiesOf = (text: string, settings: Partial<SessionSettings> = { pii: identify }) =>
    shaper(settings)
      .shape(final(text))
      .alternatives[0].entities?.map(({ type, content }) => [type, content]);

  it.each([
    ['call Mary Susan back', 'NAME', 'Mary Susan'],
    ['it is 1 2 3 ok', 'CREDIT_DEBIT_CVV', '1 2 3'],
    ['one two three four', 'PIN', 'one two three four'],
    ['12 34 56 78', 'BANK_ACCOUNT_NUMBER', '12 34 56 78'],
    ['my number 123-45-6789', 'SSN', '123-45-6789'],
    ['1 2 3 4 5 6 7 8 9 0', 'PHONE', '1 2 3 4 5 6 7 8 9 0'],
    ['4111111111111111', 'CREDIT_DEBIT_NUMBER', '4111111111111111'],
    ['write to me@example.com', 'EMAIL', 'me@example.com'],
    ['write to me at example dot com please', 'EMAIL', 'me at example dot com'],
  ])('is found in "%s"', (text, type, content) => {
    expect(entitiesOf(text)).toEqual([[type, content]]);
  });

  it('has the times of its words', () => {
    const { alternatives } = shaper({ pii: identify }).shape(final('hello Mary Susan'));

    const [, first, last] = alternatives[0].items;
    expect(alternatives[0].entities).toMatchObject([
      { startSample: first?.startSample, endSample: last?.endSample, confidence: 0.9 },
    ]);
  });

  it('is only looked for in finals', () => {
    const shape = shaper({ pii: { redacts: true, types: [] } });

    const { alternatives } = shape.shape(partial('hello Mary'));

    expect(alternatives[0]).toMatchObject({ transcript: 'hello Mary', entities: undefined });
  });

  it('is of the types that were asked for', () => {
    const pii = { redacts: false, types: ['PHONE'] } as const;

    expect(entitiesOf('Mary has the PIN 1 2 3 4', { pii })).toEqual([]);
  });

  it('is not looked for when nobody asked', () => {
    expect(entitiesOf('Mary', {})).toBeUndefined();
  });

  it('gives way to its type where it is redacted', () => {
    const shape = shaper({ pii: { redacts: true, types: [] } });

    const { alternatives } = shape.shape(final('I am Mary and my PIN is 1 2 3 4 .'));

    expect(alternatives[0].transcript).toBe('I am [NAME] and my PIN is [PIN].');
    expect(alternatives[0].items.map(({ content }) => content)).toContain('[PIN]');
    expect(alternatives[0].entities?.map(({ content }) => content)).toEqual(['[NAME]', '[PIN]']);
  });
});

describe('the language', () => {
  const one = { languageOptions: ['en-US', 'de-DE', 'fr-FR'] };
  const languages = { ja: 'de-DE', oui: 'fr-FR', si: 'it-IT' };

  it('is known after the first final', () => {
    const shape = shaper(one);

    expect(shape.shape(partial('yes')).languageCode).toBeUndefined();
    expect(shape.shape(final('yes'))).toMatchObject({
      languageCode: 'en-US',
      scores: [
        { languageCode: 'en-US', score: 0.9 },
        { languageCode: 'de-DE', score: 0.05 },
        { languageCode: 'fr-FR', score: 0.05 },
      ],
    });
    expect(shape.shape(partial('no', 2)).languageCode).toBe('en-US');
  });

  it('is known after three seconds', () => {
    expect(shaper(one).shape(partial('a b c d')).languageCode).toBe('en-US');
  });

  it('stays the one that was identified first', () => {
    const shape = shaper(one, { languages });

    expect(shape.shape(final('ja')).languageCode).toBe('de-DE');
    expect(shape.shape(final('oui', 2)).languageCode).toBe('de-DE');
  });

  it('changes with the utterance where several are identified', () => {
    const shape = shaper({ ...one, identifiesMultiple: true }, { languages });
    const codes = ['yes', 'ja', 'oui', 'si'].map(
      (text, index) => shape.shape(final(text, index + 1)).languageCode,
    );

    expect(codes).toEqual(['en-US', 'de-DE', 'fr-FR', 'en-US']);
  });
});

describe('the transcript format', () => {
  const shown = (text: string, transcriptFormat?: 'written' | 'spoken') =>
    shaper({ transcriptFormat }).shape(final(text)).alternatives[0].transcript;

  it('writes digits', () => {
    expect(shown('press one or 2', 'written')).toBe('press 1 or 2');
  });

  it('spells digits and keys', () => {
    expect(shown('press 1 or #', 'spoken')).toBe('press one or pound');
  });

  it('leaves what was heard when nobody asked', () => {
    expect(shown('press one or 2')).toBe('press one or 2');
  });
});

describe('alternatives', () => {
  it('are all shown, each by the same rules', () => {
    const heard = { ...final('call Mary'), alternatives: [final('tall Mary').words] };

    const { alternatives } = shaper({ pii: { redacts: true, types: [] } }).shape(heard);

    expect(alternatives.map(({ transcript }) => transcript)).toEqual([
      'call [NAME]',
      'tall [NAME]',
    ]);
  });
});

describe('parseLexicon', () => {
  it('takes all members', () => {
    const lexicon = {
      vocabularyFilters: { a: ['x'] },
      pii: { ADDRESS: ['1 main street'] },
      languages: { ja: 'de-DE' },
      positive: ['fine'],
      negative: [],
      issues: ['no light'],
      categories: { b: ['supervisor'] },
    };

    expect(parseLexicon(JSON.stringify(lexicon))).toEqual(lexicon);
  });

  it('takes the one that the documentation shows', () => {
    const page = readFileSync(join(projectRoot(), 'docs/local.md'), 'utf8');
    const [, json = ''] = /```json\n(.*?)```/s.exec(page) ?? [];

    expect(Object.keys(parseLexicon(json))).toHaveLength(7);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{"filters":{}}', 'filters'],
    ['{"pii":{"SHOE":["x"]}}', 'pii'],
    ['{"positive":"x"}', 'positive'],
  ])('refuses %s', (json, why) => {
    expect(() => parseLexicon(json)).toThrow(why);
  });
});
