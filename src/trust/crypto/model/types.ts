/** What crypto gives to whoever opened it. */
export interface Crypto extends AsyncDisposable {
  readonly isOpen: boolean;
}
