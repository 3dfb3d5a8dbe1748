export { openDeployments } from './open-deployments.ts';
export type { DeploymentFigures, Deployments } from './types.ts';
