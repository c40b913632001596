import type { AdminJSOptions } from 'adminjs';
import { COMPONENTS } from './component-names.js';
import { LOGO_WITH_NAME } from './logo.js';
import type { PanelServices } from './panel-services.js';
import { accountsResource } from './resources/accounts.resource.js';
import { deliveriesResource } from './resources/deliveries.resource.js';
import { destinationsResource } from './resources/destinations.resource.js';
import { eventsResource } from './resources/events.resource.js';
import { historyResource } from './resources/history.resource.js';
import { describedResource } from './resources/resource-options.js';
import { usersResource } from './resources/users.resource.js';

/** AdminJS' configuration: our resources, our words, no greetings of its makers. */
export function panelOptions(services: PanelServices): AdminJSOptions {
  return {
    rootPath: '/admin',
    loginPath: '/admin/login',
    logoutPath: '/admin/logout',
    resources: [
      accountsResource(services),
      destinationsResource(services),
      eventsResource(services.events),
      deliveriesResource(services.deliveries),
      historyResource(services.history),
      usersResource(services),
    ].map(describedResource),
    dashboard: { component: COMPONENTS.Dashboard },
    branding: { companyName: 'Data Pusher', logo: LOGO_WITH_NAME, withMadeWithLove: false },
    version: { admin: false },
    settings: { defaultPerPage: 25 },
    locale: { language: 'en', availableLanguages: ['en'], translations: { en: WORDS } },
  };
}

const WORDS = {
  actions: { show: 'Details', new: 'Add' },
  messages: {
    successfullyCreated: 'Created',
    successfullyUpdated: 'Saved',
    successfullyDeleted: 'Deleted',
    thereWereValidationErrors: 'Not saved yet: see the fields marked below',
    noRecords: 'Nothing here',
  },
  buttons: { createFirstRecord: 'Add the first one', filter: 'Filter' },
  labels: { navigation: 'Manage' },
};
