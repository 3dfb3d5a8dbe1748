export { openReports, type ReportRequest, type Reports } from './reports.ts';
