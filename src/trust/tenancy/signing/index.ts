export { isGenuine, type Signature, signed } from './signature.ts';
export { signingKey } from './signing-key.ts';
