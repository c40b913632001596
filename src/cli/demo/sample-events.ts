/** An event as a shop might send it. */
export interface SampleEvent {
  readonly type: string;
  readonly data: object;
}

/** Small and varied: text beyond ASCII, nested members, lists, amounts as text, null. */
const EVENTS: readonly SampleEvent[] = [
  {
    type: 'order.created',
    data: {
      order_id: 'A-10471',
      customer: { name: 'Zoë Nakamura', email: 'zoe@example.com', vip: true },
      items: [
        { sku: 'TEA-0042', quantity: 2, price: '4.90' },
        { sku: 'CUP-0007', quantity: 1, price: '12.50' },
      ],
      total: '22.30',
      currency: 'EUR',
      note: null,
    },
  },
  {
    type: 'payment.succeeded',
    data: {
      order_id: 'A-10471',
      amount: '22.30',
      currency: 'EUR',
      method: 'card',
      card: { brand: 'visa', last4: '4242' },
    },
  },
  {
    type: 'stock.changed',
    data: { sku: 'TEA-0042', warehouse: 'Łódź', before: 118, after: 116, tags: ['tea', 'green', '抹茶'] },
  },
  {
    type: 'shipment.sent',
    data: {
      order_id: 'A-10471',
      carrier: 'Post',
      tracking: 'RX123456785DE',
      weight_g: 640,
      to: { city: '東京', country: 'JP' },
    },
  },
  { type: 'customer.updated', data: { email: 'zoe@example.com', changed: ['phone'], phone: '+81 3-1234-5678' } },
];

/** The event of one turn; they come round again with another number. */
export function sampleEvent(turn: number): { type: string; payload: string } {
  const event = EVENTS[turn % EVENTS.length];
  if (!event) throw new Error('There are no sample events');
  const { type, data } = event;
  return { type, payload: JSON.stringify({ type, number: turn + 1, ...data }) };
}
