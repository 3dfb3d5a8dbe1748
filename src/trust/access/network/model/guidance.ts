import type { Environment } from '../../model/environments.ts';
import type { NetworkGuidance } from './types.ts';

/** What the network around a server should look like, as examples to adapt: they name the port and the networks of the environment. */
export function guidanceFor({ from }: Environment, port: number): NetworkGuidance {
  const networks = from.length > 0 ? from : ['10.0.0.0/24'];
  return {
    advice: [
      { topic: 'private network', text: 'Give the server no public address; applications reach it inside one network.' },
      {
        topic: 'bastion',
        text: 'People come through one host with logins of their own and a record of sessions; that host is the only network of "person" accounts.',
      },
      { topic: 'service endpoint', text: 'Of a managed server use its private endpoint and switch its public one off.' },
      { topic: 'firewall', text: `Let ${networks.join(', ')} reach TCP port ${port} and refuse the rest, also towards replicas.` },
    ],
    terraform: [
      'resource "aws_security_group" "plinth_database" {',
      '  name   = "plinth-database"',
      '  vpc_id = var.vpc_id',
      ...networks.flatMap((network) => [
        '  ingress {',
        `    from_port   = ${port}`,
        `    to_port     = ${port}`,
        '    protocol    = "tcp"',
        network.includes(':') ? `    ipv6_cidr_blocks = ["${network}"]` : `    cidr_blocks = ["${network}"]`,
        '  }',
      ]),
      '}',
    ].join('\n'),
    networkPolicy: [
      'apiVersion: networking.k8s.io/v1',
      'kind: NetworkPolicy',
      'metadata: { name: plinth-database }',
      'spec:',
      '  podSelector: { matchLabels: { app: postgres } }',
      '  policyTypes: [Ingress]',
      '  ingress:',
      '    - from:',
      '        - podSelector: { matchLabels: { plinth-client: "true" } }',
      ...from.map((network) => `        - ipBlock: { cidr: "${network}" }`),
      '      ports:',
      `        - { protocol: TCP, port: ${port} }`,
    ].join('\n'),
  };
}
