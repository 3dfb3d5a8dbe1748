// Roles and prefixes of settings that only one service brings.
const services: Readonly<Record<string, string>> = {
  rds: 'Amazon RDS',
  rds_superuser: 'Amazon RDS',
  cloudsql: 'Google Cloud SQL',
  cloudsqlsuperuser: 'Google Cloud SQL',
  alloydb: 'Google AlloyDB',
  alloydbsuperuser: 'Google AlloyDB',
  azure: 'Azure Database',
  azure_pg_admin: 'Azure Database',
  supabase_admin: 'Supabase',
  neon: 'Neon',
  neon_superuser: 'Neon',
  crunchy: 'Crunchy Bridge',
  doadmin: 'DigitalOcean',
};

/** The role names to look for. */
export const tellingRoles: readonly string[] = Object.keys(services);

/** The service whose sign was found first; undefined on a server of one's own. */
export function managedServiceOf(signs: readonly string[]): string | undefined {
  return signs.map((sign) => services[sign]).find(Boolean);
}
