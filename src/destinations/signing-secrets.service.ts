import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Access } from '../common/access.js';
import { etagOf, requireMatch } from '../common/etag.js';
import { OverlapInput } from '../common/overlap-input.js';
import { parseInput } from '../common/parse-input.js';
import { SecretBox } from '../common/secret-box.js';
import { recordChange, recordReading } from '../history/record-change.js';
import { objectOf } from './destination-changes.js';
import { DestinationsService, lockDestination } from './destinations.service.js';
import {
  currentSigningSecret,
  currentSigningSecretId,
  expireSigningSecrets,
  issueSigningSecret,
  type SigningSecret,
} from './signing-secrets.js';

/** The secrets with which what goes to a destination is signed. */
@Injectable()
export class SigningSecretsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly box: SecretBox,
    private readonly destinations: DestinationsService,
  ) {}

  /** Reading is noted in the history: it is the one secret that can be read again. */
  async get(destinationId: string, access: Access = {}): Promise<SigningSecret> {
    const { destination } = await this.destinations.get(destinationId, access);
    return this.dataSource.transaction(async (manager) => {
      const secret = await currentSigningSecret(manager, this.box, destinationId);
      await recordReading(manager, objectOf(destination));
      return secret;
    });
  }

  /** A new secret; the old one signs too for `overlap_seconds` of the input. */
  async rotate(destinationId: string, input: unknown, { scope, ifMatch }: Access = {}): Promise<SigningSecret> {
    const { overlap_seconds: overlapSeconds } = parseInput(OverlapInput, input);
    return this.dataSource.transaction(async (manager) => {
      const destination = await lockDestination(manager, destinationId, { scope });
      if (ifMatch !== undefined) {
        requireMatch(ifMatch, signingSecretEtag({ id: await currentSigningSecretId(manager, destinationId) }));
      }
      await expireSigningSecrets(manager, destinationId, overlapSeconds);
      const issued = await issueSigningSecret(manager, this.box, destinationId);
      // A new version, so that whoever keeps the destination in memory reads it again.
      destination.updated_at = new Date();
      await manager.save(destination);
      await recordChange(manager, objectOf(destination), 'rotate_signing_secret', [
        { field: 'overlap_seconds', before: null, after: overlapSeconds },
      ]);
      return issued;
    });
  }
}

/** Of the secret, not of its destination: `id` is the version's. */
export function signingSecretEtag({ id }: Pick<SigningSecret, 'id'>): string {
  return etagOf('secret', id);
}
