import { AWS_SERVICES, type Failure } from './failure';

const services = AWS_SERVICES;

/** Credentials, signatures and permissions: the same names at every service. */
export const ACCESS_FAILURES: readonly Failure[] = [
  {
    id: 'clock-skew',
    code: 'access-denied',
    services,
    name: /^(InvalidSignature(Exception)?|SignatureDoesNotMatch|RequestExpired)$/,
    text: /signature expired|not yet current|too old|request has expired/i,
    what: 'the request is signed with a date more than five minutes off',
    cause: 'the clock of this machine is wrong',
    cure: 'synchronise the clock (chrony or systemd-timesyncd); `callscribe doctor` shows how far it is off',
    retryable: true,
  },
  {
    id: 'clock-skew-named',
    code: 'access-denied',
    services,
    name: /^(RequestTimeTooSkewed|RequestInTheFuture)(Exception)?$/,
    what: 'the request is signed with a date too far off',
    cause: 'the clock of this machine is wrong',
    cure: 'synchronise the clock (chrony or systemd-timesyncd); `callscribe doctor` shows how far it is off',
    retryable: true,
  },
  {
    id: 'wrong-secret',
    code: 'access-denied',
    services,
    name: /^(InvalidSignature(Exception)?|SignatureDoesNotMatch|IncompleteSignature(Exception)?|AuthFailure)$/,
    what: 'the signature of the request is wrong',
    cause:
      'the secret access key does not belong to the key id (a character lost in copying), or a proxy rewrites requests',
    cure: 'set both keys anew, from one source; take the proxy out of the way',
    retryable: true,
  },
  {
    id: 'expired-credentials',
    code: 'access-denied',
    services,
    name: /^(ExpiredToken|RequestExpired|ExpiredTokenException|TokenRefreshRequired)$/,
    what: 'the credentials have expired',
    cause: 'a session token from the environment or a profile, which nothing renews',
    cure: 'log in again (`aws sso login`, or fresh keys and token); a role of the task or instance renews itself',
    retryable: true,
  },
  {
    id: 'expired-login',
    code: 'access-denied',
    services,
    name: /^(TokenProviderError|CredentialsProviderError)$/,
    text: /expired|sso|login|session token/i,
    what: 'the login behind the profile has expired or is missing',
    cause: 'a session of AWS IAM Identity Center that has ended',
    cure: 'run `aws sso login` with the profile',
    retryable: true,
  },
  {
    id: 'unknown-key',
    code: 'access-denied',
    services,
    name: /^(UnrecognizedClient(Exception)?|InvalidClientTokenId|InvalidAccessKeyId|NotSignedUp|OptInRequired|InvalidToken)$/,
    what: 'the access key or session token is not known',
    cause:
      'a deleted, deactivated or mistyped key, a token of other keys, a region that the account has not opted into, or keys of another partition',
    cure: 'check the key with `aws sts get-caller-identity`, and set AWS_SESSION_TOKEN exactly when the key is a temporary one',
    retryable: true,
  },
  {
    id: 'unsigned-request',
    code: 'access-denied',
    services,
    name: /^(MissingAuthenticationToken(Exception)?|MissingSecurityHeader)$/,
    what: 'the request came without a signature',
    cause: 'a proxy dropped the Authorization header, or the endpoint is not that of the service',
    cure: 'check `{endpointVariable}` and take the proxy out of the way',
    retryable: true,
  },
  {
    id: 'no-credentials',
    code: 'access-denied',
    services,
    name: /^CredentialsProviderError$/,
    what: 'no credentials were found',
    cause:
      'neither environment nor profile nor role has any, or the endpoint of the role did not answer',
    cure: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the task or instance a role',
    retryable: true,
  },
  {
    id: 'no-permission',
    code: 'access-denied',
    services,
    name: /^(AccessDenied(Exception)?|AccessDeniedError|UnauthorizedOperation|NotAuthorized|AuthorizationError|AWS\.SimpleQueueService\.AccessDenied|KMS\.AccessDeniedException|KmsAccessDenied)$/,
    what: 'the credentials are good, but this is not allowed',
    cause:
      'their policy, or one of the organisation, the queue or the key, does not allow {actions}',
    cure: 'allow {actions} to the role (infra/access.ts has the statements of the worker)',
    retryable: false,
  },
];
