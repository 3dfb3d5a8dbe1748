export { installCertificates } from './install.ts';
export { startTls } from './start-tls.ts';
