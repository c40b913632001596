/** Our components in the bundle, by the names under which the page finds them. components/entry.tsx defines them. */
export const COMPONENTS = {
  Dashboard: 'Dashboard',
  DateTime: 'DateTime',
  DeliveriesList: 'DeliveriesList',
  DeliveryPage: 'DeliveryPage',
  DeliveryState: 'DeliveryState',
  EventPage: 'EventPage',
  EventsList: 'EventsList',
  HeadersEdit: 'HeadersEdit',
  HeadersShow: 'HeadersShow',
  LongText: 'LongText',
  NewAccount: 'NewAccount',
  RotateToken: 'RotateToken',
  SwitchDestinations: 'SwitchDestinations',
} as const;
