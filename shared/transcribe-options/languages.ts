/** Of calls for which nobody says anything about the language. */
export const DEFAULT_LANGUAGE = 'en-US';
export const LANGUAGE_PATTERN = /^[a-z]{2,3}-[A-Z][A-Za-z]{1,3}$/;

/**
 * Languages of streaming transcription, as the service's API model lists them;
 * test/unit/transcribe-options holds the list against the SDK's.
 */
export const LANGUAGE_CODES: readonly string[] = (
  'af-ZA am-ET ar-AE ar-SA be-BY bg-BG bn-IN bs-BA ca-ES ckb-IQ ckb-IR cs-CZ cy-WL da-DK de-CH ' +
  'de-DE el-GR en-AB en-AU en-GB en-IE en-IN en-NZ en-US en-WL en-ZA es-ES es-MX es-US et-ET ' +
  'eu-ES fa-AF fa-IR fi-FI fr-CA fr-FR gl-ES gu-IN he-IL hi-IN hr-HR ht-HT hu-HU hy-AM id-ID ' +
  'is-IS it-IT ja-JP jv-ID ka-GE kab-DZ kk-KZ km-KH kn-IN ko-KR lg-IN lt-LT lv-LV mk-MK ml-IN ' +
  'mr-IN ms-MY my-MM ne-NP nl-NL no-NO or-IN pa-IN pl-PL ps-AF pt-BR pt-PT ro-RO ru-RU si-LK ' +
  'sk-SK sl-SI so-SO sq-AL sr-RS su-ID sv-SE sw-BI sw-KE sw-RW sw-TZ sw-UG ta-IN te-IN th-TH ' +
  'tl-PH tr-TR uk-UA uz-UZ vi-VN zh-CN zh-HK zh-TW zu-ZA'
).split(' ');

/** The languages that Call Analytics takes (PROTOCOLS C3). */
export const CALL_ANALYTICS_LANGUAGES = [
  'en-US',
  'en-GB',
  'en-AU',
  'es-US',
  'fr-CA',
  'fr-FR',
  'de-DE',
  'it-IT',
  'pt-BR',
] as const;
