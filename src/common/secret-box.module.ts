import { Global, Module } from '@nestjs/common';
import { RunSettings } from '../config/settings.js';
import { readKeysNow } from './key-file.js';
import { SecretBox } from './secret-box.js';

@Global()
@Module({
  providers: [
    {
      provide: SecretBox,
      inject: [RunSettings],
      useFactory: ({ encryptionKeys, dataDir }: RunSettings) =>
        new SecretBox(encryptionKeys, () => rotatedKeys(dataDir, encryptionKeys)),
    },
  ],
  exports: [SecretBox],
})
export class SecretBoxModule {}

/** The embedded database's keys are rotated while we run. A file without ours belongs to another database. */
function rotatedKeys(dataDir: string, ours: readonly Buffer[]): readonly Buffer[] {
  const kept = readKeysNow(dataDir);
  return ours.every((key) => kept.some((other) => other.equals(key))) ? kept : [];
}
