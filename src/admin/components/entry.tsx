import type { ComponentType, ReactNode } from 'react';
import type { COMPONENTS } from '../component-names.ts';
import { Dashboard } from './dashboard.tsx';
import { DateTime } from './date-time.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { HeadersEdit } from './headers-edit.tsx';
import { HeadersShow } from './headers-show.tsx';
import { DeliveriesList } from './ledger/deliveries-list.tsx';
import { DeliveryPage } from './ledger/delivery-page.tsx';
import { EventPage } from './ledger/event-page.tsx';
import { EventsList } from './ledger/events-list.tsx';
import { SwitchDestinations } from './ledger/switch-destinations.tsx';
import { LoggedIn } from './logged-in.tsx';
import { LongText } from './long-text.tsx';
import { nameFieldsIn } from './name-fields.ts';
import { NewAccount } from './new-account.tsx';
import { RotateToken } from './rotate-token.tsx';
import { SidebarBranding } from './sidebar-branding.tsx';
import { TopBar } from './top-bar.tsx';

declare global {
  interface Window {
    AdminJS: { UserComponents: Record<string, ComponentType<never>>; Application: ReactNode };
    createRoot(element: Element): { render(node: ReactNode): void };
  }
}

/** Ours by the names that the server uses, and those of AdminJS that ours replace. */
const ours: Record<keyof typeof COMPONENTS, ComponentType<never>> = {
  Dashboard,
  DateTime,
  DeliveriesList,
  DeliveryPage,
  DeliveryState,
  EventPage,
  EventsList,
  HeadersEdit,
  HeadersShow,
  LongText,
  NewAccount,
  RotateToken,
  SwitchDestinations,
};
const replaced = { LoggedIn, SidebarBranding, TopBar };

window.AdminJS.UserComponents = { ...ours, ...replaced };

const container = document.querySelector('#app');
if (container) {
  nameFieldsIn(container);
  window.createRoot(container).render(window.AdminJS.Application);
}
