import type { SignedIn } from '../accounts.ts';
import type { ConsoleRole } from '../model/roles.ts';

// What hooks and handlers hand to each other through Fastify's own objects.
declare module 'fastify' {
  interface FastifyContextConfig {
    /** The weakest role that may call the route; `nobody` needs no session. Absent: not below /api. */
    role?: ConsoleRole | 'nobody';
  }
  interface FastifyRequest {
    session: SignedIn | undefined;
  }
}
