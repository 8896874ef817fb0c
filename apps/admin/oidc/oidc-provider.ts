/** placeholder replaced below */
export interface OidcProvider {
  readonly label: string;
}
