import { forApplication } from "../http/origin.ts";

/** The request that opened a connection, made when the application first looks at it: most never do. */
export class LazyRequest {
  readonly #withCredentials: boolean;
  readonly #make: () => Request;
  #value: Request | undefined;

  /** `make` is {@link Incoming.snapshot}; for `withCredentials` see {@link forApplication}. */
  constructor(make: () => Request, withCredentials: boolean) {
    this.#make = make;
    this.#withCredentials = withCredentials;
  }

  get value(): Request {
    return (this.#value ??= forApplication(this.#make(), this.#withCredentials));
  }
}
