import type { ComponentType, ReactNode } from 'react';
import type { COMPONENTS } from '../component-names.ts';
import { Attempts } from './attempts.tsx';
import { Dashboard } from './dashboard.tsx';
import { DateTime } from './date-time.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { DestinationPage } from './console/destination-page.tsx';
import { HeadersEdit } from './headers-edit.tsx';
import { HeadersShow } from './headers-show.tsx';
import { LoggedIn } from './logged-in.tsx';
import { LongText } from './long-text.tsx';
import { NewAccount } from './new-account.tsx';
import { RotateToken } from './rotate-token.tsx';

declare global {
  interface Window {
    AdminJS: { UserComponents: Record<string, ComponentType<never>>; Application: ReactNode };
    createRoot(element: Element): { render(node: ReactNode): void };
  }
}

/** Ours by the names that the server uses, and those of AdminJS that ours replace. */
const ours: Record<keyof typeof COMPONENTS, ComponentType<never>> = {
  Attempts,
  Dashboard,
  DateTime,
  DeliveryState,
  DestinationPage,
  HeadersEdit,
  HeadersShow,
  LongText,
  NewAccount,
  RotateToken,
};
const replaced = { LoggedIn };

window.AdminJS.UserComponents = { ...ours, ...replaced };

const container = document.querySelector('#app');
if (container) window.createRoot(container).render(window.AdminJS.Application);
