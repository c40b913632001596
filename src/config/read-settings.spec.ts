import { describe, expect, it } from 'vitest';
import { defaultProcesses, readSettings } from './read-settings.js';

describe('PROCESSES', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 4],
    [64, 4],
  ])('%i cores have %i processes when nothing is said', (cores, processes) => {
    expect(defaultProcesses(cores)).toBe(processes);
  });
});

describe('ALLOWED_PORTS', () => {
  it.each([
    ['', []],
    ['443', [[443, 443]]],
    [
      '443, 8000-8999',
      [
        [443, 443],
        [8000, 8999],
      ],
    ],
  ])('%j', (value, ports) => {
    expect(readSettings({ ALLOWED_PORTS: value }).allowedPorts).toEqual(ports);
  });

  it.each(['0', '65536', '9-8', 'http', '1-', '-1', '1.5', '80;443'])('refuses %j', (value) => {
    expect(() => readSettings({ ALLOWED_PORTS: value })).toThrow(/^ALLOWED_PORTS: expected ports/);
  });
});

describe('EGRESS_PROXY', () => {
  it.each(['http://proxy:3128', 'http://user:p%40ss@proxy.example.com:3128/'])('takes %s', (value) => {
    expect(readSettings({ EGRESS_PROXY: value }).egressProxy).toBe(new URL(value).href);
  });

  it.each(['proxy:3128', 'https://proxy', 'socks5://proxy', 'http://proxy/path', 'http://proxy?x=1', 'http://a:%zz@b'])(
    'refuses %s without showing it',
    (value) => {
      expect(() => readSettings({ EGRESS_PROXY: value })).toThrow(/^EGRESS_PROXY: expected an http URL such as/);
    },
  );
});

describe('DNS_SERVERS', () => {
  it('takes addresses with and without a port', () => {
    const servers = ['192.0.2.53', '192.0.2.53:5353', '2001:db8::53', '[2001:db8::53]:5353'];
    expect(readSettings({ DNS_SERVERS: servers.join(',') }).dnsServers).toEqual(servers);
  });

  it.each(['ns.example.com', '192.0.2.53:0', '192.0.2.53:70000', '[192.0.2.53', '1.2.3'])('refuses %s', (value) => {
    expect(() => readSettings({ DNS_SERVERS: value })).toThrow(/^DNS_SERVERS: expected addresses/);
  });
});
