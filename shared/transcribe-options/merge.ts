import type { TranscribeOptions } from './schema';

/**
 * Options of which a later layer's choice replaces all of the earlier ones': they exclude one
 * another, or mean nothing without one another. `decides` says whether a layer makes the choice.
 */
const GROUPS: readonly {
  readonly names: readonly (keyof TranscribeOptions)[];
  readonly decides: (layer: TranscribeOptions) => boolean;
}[] = [
  {
    names: [
      'language',
      'identifyLanguage',
      'identifyMultipleLanguages',
      'languageOptions',
      'preferredLanguage',
    ],
    decides: (layer) =>
      layer.language !== undefined ||
      layer.identifyLanguage === true ||
      layer.identifyMultipleLanguages === true,
  },
  either('vocabularyName', 'vocabularyNames'),
  either('vocabularyFilterName', 'vocabularyFilterNames'),
  either('contentIdentificationType', 'contentRedactionType'),
];

/**
 * Layers of options as one, later ones winning: deployment, rule, call. Merging the result with
 * the same earlier layers again changes nothing. It may break rules that each layer keeps.
 */
export function mergeOptions<Options extends TranscribeOptions>(
  ...layers: readonly (Options | undefined)[]
): Options {
  let merged = {} as Options;
  for (const layer of layers) {
    if (layer !== undefined)
      merged = { ...withoutReplaced(merged, layer), ...given(layer, merged) };
  }
  return merged;
}

function withoutReplaced<Options extends TranscribeOptions>(
  earlier: Options,
  layer: Options,
): Options {
  const kept = { ...earlier };
  for (const { names, decides } of GROUPS) {
    if (decides(layer)) for (const name of names) delete kept[name];
  }
  return kept;
}

/** What a layer sets; its Call Analytics adds to what the earlier ones say of it. */
function given<Options extends TranscribeOptions>(layer: Options, earlier: Options): Options {
  const entries = Object.entries(layer).filter(([, value]) => value !== undefined);
  const set = Object.fromEntries(entries) as Options;
  if (set.callAnalytics === undefined) return set;
  return { ...set, callAnalytics: { ...earlier.callAnalytics, ...set.callAnalytics } };
}

function either(...names: [keyof TranscribeOptions, keyof TranscribeOptions]) {
  return { names, decides: (layer: TranscribeOptions) => names.some((name) => layer[name]) };
}
