/** Our components in the bundle, by the names under which the page finds them. components/entry.tsx defines them. */
export const COMPONENTS = {
  Attempts: 'Attempts',
  Dashboard: 'Dashboard',
  DateTime: 'DateTime',
  DeliveryState: 'DeliveryState',
  DestinationPage: 'DestinationPage',
  HeadersEdit: 'HeadersEdit',
  HeadersShow: 'HeadersShow',
  LongText: 'LongText',
  NewAccount: 'NewAccount',
  RotateToken: 'RotateToken',
} as const;
