import { describe, expect, it } from 'vitest';
import { modeFor, parseDatabaseUrl } from './database-url.js';

const SPECIAL = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

function hostsOf(url: string): (string | number | null)[][] {
  return parseDatabaseUrl(url).hosts.map(({ name, address, port }) => (address ? [name, port, address] : [name, port]));
}

describe('hosts', () => {
  it.each([
    ['postgresql://db.example.com/app', [['db.example.com', 5432]]],
    ['postgres://u@db:6432/app', [['db', 6432]]],
    [
      'postgresql://u:p@a:5432,b:5433,c/app',
      [
        ['a', 5432],
        ['b', 5433],
        ['c', 5432],
      ],
    ],
    [
      'postgresql://[2001:db8::1]:5433,[::1]/app',
      [
        ['2001:db8::1', 5433],
        ['::1', 5432],
      ],
    ],
    ['postgresql:///app?host=/var/run/postgresql', [['/var/run/postgresql', 5432]]],
    ['postgresql:///app?host=%2Ftmp%2Fmy%20sockets&port=5433', [['/tmp/my sockets', 5433]]],
    ['postgresql://%2Fvar%2Frun%2Fpostgresql:5433/app', [['/var/run/postgresql', 5433]]],
    [
      'postgresql://u@ignored/app?host=a,b&port=6000',
      [
        ['a', 6000],
        ['b', 6000],
      ],
    ],
    [
      'postgresql:///app?host=a,b&hostaddr=192.0.2.1,192.0.2.2&port=1,2',
      [
        ['a', 1, '192.0.2.1'],
        ['b', 2, '192.0.2.2'],
      ],
    ],
    ['postgresql://?hostaddr=192.0.2.1', [['192.0.2.1', 5432, '192.0.2.1']]],
    ['postgresql://', [['localhost', 5432]]],
  ])('%s', (url, hosts) => {
    expect(hostsOf(url)).toEqual(hosts);
  });
});

describe('user, password and database', () => {
  it('takes every special character percent-encoded, spaces and other letters too', () => {
    const odd = `${SPECIAL}é漢🔑`;
    const encoded = encodeURIComponent(odd);
    const target = parseDatabaseUrl(`postgresql://${encoded}:${encoded}@host/${encoded}?application_name=${encoded}`);
    expect(target).toMatchObject({ user: odd, password: odd, database: odd, applicationName: odd });
  });

  it.each([
    ['postgresql://u:a@b#c?d[e] f@host/db', 'a@b#c?d[e] f'],
    ['postgresql://u:p+q=r&s@host/db', 'p+q=r&s'],
    ['postgresql://u:p@host/db?application_name=a@b', 'p'],
    ['postgresql://u:p@host?application_name=a@b', 'p'],
    ['postgresql://u@host/db?password=s%40cret', 's@cret'],
    ['postgresql://u@host/db', undefined],
  ])('%s', (url, password) => {
    const target = parseDatabaseUrl(url);
    expect([target.user, target.password, target.hosts[0]?.name]).toEqual(['u', password, 'host']);
  });

  it('takes them from the parameters, too', () => {
    expect(parseDatabaseUrl('postgresql:///?user=u&dbname=d&host=h&options=-c%20a%3Db')).toMatchObject({
      user: 'u',
      database: 'd',
      options: '-c a=b',
    });
  });
});

describe('encryption', () => {
  const modes = (url: string) => {
    const target = parseDatabaseUrl(url);
    return target.hosts.map((host) => modeFor(target, host));
  };

  it.each([
    ['postgresql://db,127.0.0.1,localhost,[::1]/', ['prefer', 'disable', 'disable', 'disable']],
    ['postgresql://db,127.0.0.1/?sslmode=verify-full', ['verify-full', 'verify-full']],
    ['postgresql://db/?ssl=true', ['require']],
    ['postgresql://db/?sslrootcert=system', ['verify-full']],
    ['postgresql://db/?sslnegotiation=direct', ['require']],
    ['postgresql:///?host=/run/postgresql,db&sslmode=require', ['disable', 'require']],
  ])('%s', (url, expected) => {
    expect(modes(url)).toEqual(expected);
  });

  it.each([
    ['sslmode=verify', /sslmode to be one of disable, allow, prefer, require, verify-ca, verify-full/],
    ['sslmod=require', /no parameter sslmod/],
    ['sslcert=/c.pem', /sslcert and sslkey together/],
    ['sslmode=prefer&sslnegotiation=direct', /sslmode=require or stronger/],
    ['sslmode=require&sslrootcert=system', /verify-full with sslrootcert=system/],
    ['sslmode=verify-ca', /sslrootcert with sslmode=verify-ca/],
    ['target_session_attrs=standby', /target_session_attrs=read-write/],
    ['connect_timeout=soon', /connect_timeout in whole seconds/],
    ['connect_timeout', /a value for the parameter connect_timeout/],
    ['port=1,2', /as many values of port/],
    ['hostaddr=db', /addresses as hostaddr/],
  ])('refuses %s', (query, message) => {
    expect(() => parseDatabaseUrl(`postgresql://db/app?${query}`)).toThrow(message);
  });
});

it.each(['postgresql://u:sec%ret@host/db', 'postgresql://u:sec/ret@host/db', 'mysql://u:secret@host', 'secret'])(
  'refuses %s without showing it',
  (url) => {
    expect(() => parseDatabaseUrl(url)).toThrow(expect.not.stringMatching(/sec|ret/));
  },
);
