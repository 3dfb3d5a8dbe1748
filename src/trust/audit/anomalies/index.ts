export { type Anomalies, type Anomaly, openAnomalies } from './anomalies.ts';
