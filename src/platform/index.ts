export { type Configuration, configure, loadConfigFile } from './configuration.ts';
export { definePlatform, type PlatformConfig } from './define-platform.ts';
export { type Level, type OpenRequest, openPlatform, type Platform } from './platform.ts';
