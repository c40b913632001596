/** Our components in the bundle, by the names under which the page finds them. components/entry.tsx defines them. */
export const COMPONENTS = {
  Dashboard: 'Dashboard',
  DateTime: 'DateTime',
  HeadersEdit: 'HeadersEdit',
  HeadersShow: 'HeadersShow',
  NewAccount: 'NewAccount',
  RotateToken: 'RotateToken',
} as const;
