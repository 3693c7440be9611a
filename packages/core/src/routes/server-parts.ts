import type { Session } from "../session/session.ts";
import type { Connections } from "../connection/connections.ts";
import type { Reporter } from "../options/reporter.ts";
import type { ResolvedOptions } from "../options/resolve-options.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Uploads } from "../session/uploads.ts";

/** What one server consists of. Nothing of it is shared between servers. */
export interface ServerParts {
  readonly options: ResolvedOptions;
  readonly sessions: Sessions;
  readonly uploads: Uploads;
  readonly connections: Connections;
  readonly reporter: Reporter;
  /** Who opened each session, where the option `identity` is given. */
  readonly identities: WeakMap<Session, string | undefined>;
  /** Whether the runtime has WebSockets at all. */
  readonly canUpgrade: boolean;
}
