import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { UsersModule } from '../accounts/users.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { DestinationsModule } from '../destinations/destinations.module.js';
import { HistoryModule } from '../history/history.module.js';
import { BrowserSessions } from './login/browser-sessions.js';
import { LinkRoutes } from './login/link.routes.js';
import { LoginRoutes } from './login/login.routes.js';
import { PanelRoutes } from './panel-routes.js';
import { PanelServices } from './panel-services.js';
import { Panel } from './panel.js';

/** The admin panel under `/admin`. Only processes that serve the API have it. */
@Module({
  imports: [AccountsModule, DeliveryModule, DestinationsModule, HistoryModule, UsersModule],
  providers: [PanelServices, Panel, BrowserSessions, LinkRoutes, LoginRoutes, PanelRoutes],
})
export class AdminPanelModule {}
