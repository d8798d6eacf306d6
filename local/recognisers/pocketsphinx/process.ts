/** Entry of the process that decodes one channel; native code that crashes takes nobody with it. */
import { serveDecoder } from '../speech/serve-decoder';
import { openDecoder } from './decoder';

/**
 * The acoustic model expects energy up to 6.8 kHz, telephone audio ends at 4 kHz. Its mirror image
 * in the empty band is recognised better than silence there. Word errors over 25 demo calls: 12.1 %
 * without, 1.6 % with a tenth of the image, 0.5 % with half of it, 0.4 % with all.
 */
const IMAGE_GAIN = 0.5;

serveDecoder({ open: openDecoder, imageGain: IMAGE_GAIN });
