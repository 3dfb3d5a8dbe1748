export { openReports, type Reports } from './reports.ts';
