/** Entry of the process that decodes one channel with sherpa-onnx. */
import { serveDecoder } from '../speech/serve-decoder';
import { openSherpaDecoder } from './decoder';

serveDecoder({ open: openSherpaDecoder });
