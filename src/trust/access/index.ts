export { openAccess } from './access.ts';
export { accessErrors } from './errors.ts';
export type * from './model/types.ts';
export { type AccessOptions, accessOptions } from './options.ts';
export type { Rotation, RotationResult, ServiceStatus } from './rotation/index.ts';
export type { CertificateStatus, Tls, TlsStatus, Trial, Trials } from './tls/index.ts';
