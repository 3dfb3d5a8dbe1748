import { expect, test } from 'vitest';
import { hostName, isLoopback, urlHost } from './addresses.ts';

test.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example.org', false],
])('[I6] isLoopback(%s) is %s', (host, expected) => expect(isLoopback(host)).toBe(expected));

test.each([
  ['localhost:7080', 'localhost'],
  ['[::1]:7080', '::1'],
  ['EXAMPLE.org', 'example.org'],
  [undefined, ''],
  ['a:b:c', ''],
])('[I6] hostName(%s) is %s', (header, expected) => expect(hostName(header)).toBe(expected));

test('a URL can be opened on this machine', () => {
  expect(urlHost('0.0.0.0')).toBe('localhost');
  expect(urlHost('::1')).toBe('[::1]');
  expect(urlHost('127.0.0.1')).toBe('127.0.0.1');
});
