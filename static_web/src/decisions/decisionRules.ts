/** What can still be decided about a request. The server decides again. */
import type { AccessRequest } from "@/api/types";

export const isOpen = ({ status }: AccessRequest) => status === "Active";

/** Access that never ends needs no extension. */
export const canExtend = (request: AccessRequest) => isOpen(request) && request.expiresOn !== null;

/** Only what has not ended yet can be left to end. */
export function canLetExpire(request: AccessRequest, now: number): boolean {
  const isWanted = "letExpireAt" in request && request.letExpireAt !== null;
  return isOpen(request) && !isWanted && request.expiresOn !== null && Date.parse(request.expiresOn) > now;
}
