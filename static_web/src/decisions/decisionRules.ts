/** What can still be decided about a request. The server decides again. */
import type { AccessRequest } from "@/api/types";

export const isOpen = ({ status }: AccessRequest) => status === "Active";

/** Access that never ends needs no extension. */
export const canExtend = (request: AccessRequest) => isOpen(request) && request.expiresOn !== null;

/** Only access that has not ended yet can be left to expire. */
export function canLetExpire(request: AccessRequest, now: number): boolean {
  const isDecided = "letExpireAt" in request && request.letExpireAt !== null;
  return isOpen(request) && !isDecided && request.expiresOn !== null && Date.parse(request.expiresOn) > now;
}
