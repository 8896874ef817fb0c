/** Why a device is given next to nothing, for the one mail it is shown instead. JSON. */
export interface QuarantineNotice {
  /** The mail's id: another text, or another device, is another mail. */
  readonly id: string;
  /** The tenant's words; null: our own. */
  readonly text: string | null;
  readonly device: { readonly id: string; readonly type: string; readonly model: string };
  /** Epoch milliseconds. */
  readonly at: number;
}
