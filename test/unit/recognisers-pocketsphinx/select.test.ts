import { selectEngine } from '../../../local/recognisers/select';

describe('selectEngine', () => {
  it.each(['tones', 'script'])('gives the engine %s', async (name) => {
    expect((await selectEngine(name, {})).name).toBe(name);
  });

  it('names the choices when the name is none of them', async () => {
    await expect(selectEngine('siri', {})).rejects.toThrow('pocketsphinx, sherpa, tones');
  });

  it('has no engine for aws', async () => {
    await expect(selectEngine('aws', {})).rejects.toMatchObject({ code: 'bad-configuration' });
  });

  it('says which variable sherpa needs', async () => {
    await expect(selectEngine('sherpa', {})).rejects.toThrow('LOCAL_SHERPA_MODEL');
  });

  it('says that the language model text cannot be read', async () => {
    const env = { LOCAL_LANGUAGE_MODEL_TEXT: '/nowhere/sentences.txt' };

    await expect(selectEngine('pocketsphinx', env)).rejects.toThrow('/nowhere/sentences.txt');
  });
});
