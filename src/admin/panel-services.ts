import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { PasswordLinksService } from '../accounts/password-links.service.js';
import { UsersService } from '../accounts/users.service.js';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { RunSettings } from '../config/settings.js';
import { DeliveriesService } from '../delivery/ledger/deliveries.service.js';
import { EventsService } from '../delivery/ledger/events.service.js';
import { ReplaysService } from '../delivery/replay/replays.service.js';
import { StatisticsService } from '../delivery/statistics/statistics.service.js';
import { TestEventService } from '../delivery/test-event/test-event.service.js';
import { DestinationsService } from '../destinations/destinations.service.js';
import { SigningSecretsService } from '../destinations/signing-secrets.service.js';
import { HistoryService } from '../history/history.service.js';

/** The services that the panel is a face of. */
@Injectable()
export class PanelServices {
  constructor(
    readonly settings: RunSettings,
    readonly accounts: AccountsService,
    readonly destinations: DestinationsService,
    readonly events: EventsService,
    readonly deliveries: DeliveriesService,
    readonly waitingDeliveries: WaitingDeliveries,
    readonly users: UsersService,
    readonly history: HistoryService,
    readonly passwordLinks: PasswordLinksService,
    readonly replays: ReplaysService,
    readonly signingSecrets: SigningSecretsService,
    readonly statistics: StatisticsService,
    readonly testEvents: TestEventService,
  ) {}
}
