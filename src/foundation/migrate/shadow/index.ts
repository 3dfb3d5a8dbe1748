export { openShadow, type Shadow } from './open-shadow.ts';
