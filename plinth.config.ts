import { definePlatform } from 'plinth/platform';
import { mail } from './blueprints/mail/index.ts';

export default definePlatform({ name: 'demo', product: mail });
