/** What audit gives to whoever opened it. */
export interface Audit extends AsyncDisposable {
  readonly isOpen: boolean;
}
