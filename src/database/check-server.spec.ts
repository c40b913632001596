import { describe, expect, it } from 'vitest';
import { type ServerFacts, whyUnfit } from './check-server.js';

const FIT: ServerFacts = {
  version: 150_000,
  encoding: 'UTF8',
  database: 'pusher',
  role: 'ada',
  schema: 'own',
  mayCreate: true,
};

describe('a server', () => {
  it.each([150_000, 150_018, 160_014, 170_010, 180_004, 190_000])('of version %i is fit', (version) => {
    expect(whyUnfit({ ...FIT, version })).toBeNull();
  });

  it.each<[Partial<ServerFacts>, string]>([
    [{ version: 140_012 }, 'PostgreSQL 14 is too old, 15 or later is needed'],
    [{ version: 90_624 }, 'PostgreSQL 9 is too old'],
    [{ encoding: 'SQL_ASCII' }, 'the database "pusher" has the encoding SQL_ASCII'],
    [{ encoding: 'LATIN1' }, "ENCODING 'UTF8'"],
    [{ schema: null, mayCreate: false }, 'the search_path of the role "ada" names no schema that it may use'],
    [{ mayCreate: false }, 'the role "ada" may not make tables in the schema "own": GRANT CREATE'],
  ])('with %j is not', (facts, reason) => {
    expect(whyUnfit({ ...FIT, ...facts })).toContain(reason);
  });
});
