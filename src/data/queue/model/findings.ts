/** What can stand out about failures of one kind; what each means is in `dead/model/findings.ts`. */
export const findings = ['new', 'surge', 'dominant', 'one_tenant', 'version'] as const;
export type Finding = (typeof findings)[number];
