/** Roles of the console from weak to strong; each may do what those before it may. */
export const consoleRoles = ['viewer', 'operator', 'admin'] as const;
export type ConsoleRole = (typeof consoleRoles)[number];

/** Whether somebody of role `role` may do what needs `needed`. */
export function isAllowed(role: ConsoleRole, needed: ConsoleRole): boolean {
  return consoleRoles.indexOf(role) >= consoleRoles.indexOf(needed);
}

/** What the check constraint `accounts_name_check` accepts. */
export const accountName = /^[a-z0-9][a-z0-9._@-]{0,62}$/;
