import { defineOptions, type OptionsOf, Type } from '../../kernel/index.ts';

export const httpOptions = defineOptions(
  'http',
  Type.Object({
    host: Type.String({
      default: '127.0.0.1',
      description: 'Address to listen on. Anything beyond loopback needs tlsCertFile, tlsKeyFile and an administrator with a password.',
    }),
    port: Type.Integer({
      default: 7080,
      minimum: 0,
      maximum: 65535,
      description: 'Port of console and API. The next free one is taken when it is in use; 0 takes any.',
    }),
    tlsCertFile: Type.Optional(Type.String({ description: 'PEM file with the certificate and its chain.' })),
    tlsKeyFile: Type.Optional(Type.String({ description: 'PEM file with the private key of the certificate.' })),
    sessionHours: Type.Integer({
      default: 12,
      minimum: 1,
      maximum: 720,
      unit: 'hours',
      description: 'How long a sign-in lasts; it is not extended by use.',
    }),
  }),
);

export type HttpOptions = OptionsOf<typeof httpOptions>;
