import type { Endpoint } from '../../../foundation/cluster/index.ts';
import type { Connect } from '../../../foundation/connect/index.ts';

/** Where the rows of a tenant's oltp tier are or can be. */
export interface Place {
  /** As the registry keeps it; `shared` for the database of all others. */
  readonly name: string;
  readonly isShared: boolean;
  readonly endpoint: Endpoint;
  /** The same with a login that may make roles and databases there; absent where none is known. */
  readonly administrative?: Endpoint;
  /** Another database of that server, which is there in any case. */
  readonly neighbour: Endpoint;
  /** The platform's connections, with the oltp tier there. */
  readonly connect: Connect;
}
