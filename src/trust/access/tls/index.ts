export { judgeEncryption } from './judge.ts';
export type * from './model/types.ts';
export { openTls } from './tls.ts';
export { type Hello, sayHello, sayHelloInTheClear } from './trial/say-hello.ts';
