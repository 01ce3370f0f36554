/** What a connection's state is called, and what to do about it. */
import type { ConnectedPlace, Connection } from "@/api/types";
import { PLATFORMS } from "@/platforms";
import type { StatusText } from "@/text/statuses";

export const SIGN_IN_WAYS: Record<NonNullable<Connection["signInBy"]>, string> = {
  token: "A token",
  clientCredentials: "Client credentials",
  managedIdentity: "The app’s managed identity",
};

export const RIGHTS: Record<ConnectedPlace["maySee"]["answer"], StatusText> = {
  yes: { title: "Yes", tone: "good" },
  no: { title: "No", tone: "bad" },
  notKnown: { title: "Not known", tone: "warning" },
};

const NEEDED_RIGHT = {
  databricks: "Give the app MANAGE on each catalog that says No or Not known, then check again.",
  palantir: "Give the app a role that may change roles on each project that says No or Not known, then check again.",
};

/** Returns what the newest check or run met, the last error of both, and how often they were asked to wait. */
export function usesOf({ lastCheck, lastRun }: Connection) {
  const uses = [
    ...(lastCheck ? [{ at: lastCheck.checkedAt, use: lastCheck.use }] : []),
    ...(lastRun ? [{ at: lastRun.endedAt, use: lastRun.use }] : []),
  ].sort((one, other) => other.at.localeCompare(one.at));
  const failed = uses.find(({ use }) => use.lastError)?.use;
  return {
    newest: uses[0]?.use ?? null,
    lastError: failed ? { text: failed.lastError, at: failed.lastErrorAt } : null,
    throttled: uses.reduce((sum, { use }) => sum + (use.throttled ?? 0), 0),
  };
}

/** Returns a connection's state, and advice for a person who looks at it. */
export function connectionStatus(connection: Connection): StatusText & { advice: string } {
  const { isOn, lastCheck, platform } = connection;
  if (!isOn) {
    const advice = `Revoking only records that access ended. Grants in ${PLATFORMS[platform].title} stay until someone removes them.`;
    return { title: "Not connected", tone: "plain", advice };
  }
  if (usesOf(connection).newest?.isRefused) {
    const advice = "Look at the last error. Correct the sign-in or the host in the settings, then check again.";
    return { title: "Cannot sign in", tone: "bad", advice };
  }
  if (!lastCheck) return { title: "Not checked yet", tone: "warning", advice: "An operator can check it now. A check changes nothing there." };
  const { places } = lastCheck;
  if (places.length === 0) return { title: "Signed in", tone: "good", advice: "The app can sign in. Rights are checked as soon as active requests name something." };
  const has = (right: "maySee" | "mayRemove", answer: string) => places.filter((place) => place[right].answer === answer).length;
  if (has("maySee", "yes") === 0) {
    return { title: "Sees nothing", tone: "bad", advice: `No removal can be confirmed. ${NEEDED_RIGHT[platform]}` };
  }
  if (has("mayRemove", "yes") === places.length && has("maySee", "yes") === places.length) {
    return { title: "Sees and removes", tone: "good", advice: "The app can remove every grant that was asked about. No action is needed." };
  }
  if (has("maySee", "yes") === places.length && has("mayRemove", "no") === 0) {
    const advice = "The app sees all grants. Where its right to remove them is not known, revoke one request and look at the result.";
    return { title: "Sees grants", tone: "warning", advice };
  }
  return { title: "Sees a part", tone: "warning", advice: NEEDED_RIGHT[platform] };
}
