import {
  checkDeployment,
  NO_DEPLOYMENT_OPTIONS,
  readOptionsJson,
  readRulesJson,
} from '../../../shared/deployment-options';

const SECRET = '+12025550123x';

describe('readOptionsJson', () => {
  it('reads options, of which there need not be any', () => {
    expect(readOptionsJson(undefined)).toEqual({});
    expect(readOptionsJson('{"vocabularyName":"v","partials":true}')).toEqual({
      vocabularyName: 'v',
      partials: true,
    });
  });

  it.each([
    ['no JSON', `{${SECRET}`, 'is not JSON'],
    ['no object', '[]', 'object of options'],
    ['no option', '{"lang":"x"}', 'lang is no option'],
    ['what follows from the stream', '{"sampleRateHz":8000}', "follows from the call's stream"],
    ['a bad value', JSON.stringify({ vocabularyName: SECRET }), 'vocabularyName must be'],
  ])('refuses %s', (_what, json, words) => {
    const read = () => readOptionsJson(json);

    expect(read).toThrow(words);
    expect(read).not.toThrow(SECRET);
  });
});

describe('readRulesJson', () => {
  it('reads rules with every condition', () => {
    const rules = [
      {
        when: {
          queueArn: 'arn:q',
          queueName: ['Sales', 'Support'],
          number: '+12025550123',
          direction: 'inbound',
          attributes: { tier: 'gold' },
        },
        options: { language: 'de-DE' },
      },
      { when: {}, options: {} },
    ];

    expect(readRulesJson(JSON.stringify(rules))).toEqual(rules);
    expect(readRulesJson(undefined)).toEqual([]);
  });

  it.each([
    ['an unknown condition', { when: { queue: 'Sales' }, options: {} }, 'rule 1: when'],
    ['a condition that is no text', { when: { number: 7 }, options: {} }, 'rule 1: when.number'],
    ['a direction that is none', { when: { direction: 'up' }, options: {} }, 'inbound or outbound'],
    ['no options', { when: {} }, 'rule 1: options'],
    ['a bad option', { when: {}, options: { language: 'x' } }, 'rule 1: options.language must be'],
  ])('refuses %s', (_what, rule, words) => {
    expect(() => readRulesJson(JSON.stringify([rule]))).toThrow(words);
  });
});

describe('checkDeployment', () => {
  it('finds nothing wrong with none', () => {
    expect(checkDeployment(NO_DEPLOYMENT_OPTIONS)).toEqual([]);
  });

  it('finds options that do not go together', () => {
    const options = { partialResultsStability: 'high' as const };

    expect(checkDeployment({ ...NO_DEPLOYMENT_OPTIONS, options })).toEqual([
      expect.stringMatching(/^options: partialResultsStability .*for example/),
    ]);
  });

  it('finds a default that is no language of the service', () => {
    const found = checkDeployment({ ...NO_DEPLOYMENT_OPTIONS, language: 'en-UK' });

    expect(found).toEqual([expect.stringMatching(/^default language: /)]);
  });

  it('finds a rule that does not go with the deployment, by its number', () => {
    const rules = [
      { when: {}, options: { language: 'de-DE' } },
      { when: {}, options: { identifyLanguage: true, languageOptions: ['en-GB', 'de-DE'] } },
    ];
    const options = { contentRedactionType: 'PII' as const };

    expect(checkDeployment({ ...NO_DEPLOYMENT_OPTIONS, options, rules })).toEqual([
      expect.stringMatching(/^rule 2: contentRedactionType /),
    ]);
  });

  it('finds an id that all calls would share', () => {
    const options = { sessionId: '7d1f3a52-6c9b-4b0e-9c55-0f7d2b7a1c11' };

    expect(checkDeployment({ ...NO_DEPLOYMENT_OPTIONS, options })).toEqual([
      'options: sessionId is for one call only',
    ]);
  });
});
