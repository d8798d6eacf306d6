/** A day less than the longest that clients take for good (398 days). */
const LIFE_DAYS = 397;
const DAY_MS = 24 * 60 * 60_000;
/** Machines of one network differ by minutes. */
const CLOCK_SLACK_MS = 60 * 60_000;

/** PEM texts. The authority's own key is forgotten: nothing else can be signed with it. */
export interface LocalCertificate {
  /** What clients have to trust. */
  readonly authority: string;
  readonly key: string;
  readonly cert: string;
}

/** A certificate for 127.0.0.1, ::1 and localhost, by an authority made for it alone. */
export async function createLocalCertificate(nowMs = Date.now()): Promise<LocalCertificate> {
  // Loaded here because hardly anyone asks for TLS on one machine.
  const { generate } = await import('selfsigned');
  const common = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - CLOCK_SLACK_MS),
    notAfterDate: new Date(nowMs + LIFE_DAYS * DAY_MS),
  } as const;
  const authority = await generate([{ name: 'commonName', value: 'callscribe local authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { authority: authority.cert, key: server.private, cert: server.cert };
}
