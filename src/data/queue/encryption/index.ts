export { openPayloadCipher, type PayloadCipher } from './payload-cipher.ts';
