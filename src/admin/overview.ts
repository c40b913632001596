/** What the first page shows; the server's handler makes it, the page's component reads it. */
export interface Overview {
  readonly accounts: number;
  readonly destinations: number;
  readonly disabledCount: number;
  /** The ones disabled last. */
  readonly disabled: readonly { readonly id: string; readonly url: string; readonly reason: string }[];
  readonly publicUrl: string;
}
