/** The request that opened a connection, made when the application first looks at it: most never do. */
export class OpeningRequest {
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

/** A request as the application gets it: without credentials unless they are the visitor's own doing. */
export function forApplication(request: Request, withCredentials: boolean): Request {
  if (!withCredentials) {
    request.headers.delete("cookie");
    request.headers.delete("authorization");
  }
  return request;
}
