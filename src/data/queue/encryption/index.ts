export { isEncrypted } from './model/fields.ts';
export { openPayloadCipher, type PayloadCipher } from './payload-cipher.ts';
