/** What privacy gives to whoever opened it. */
export interface Privacy extends AsyncDisposable {
  readonly isOpen: boolean;
}
