export interface OfUser {
  readonly tenant: string;
  readonly user: string;
}
